//! Routes whose answer lies with a source that is not configured: each refuses and says which.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{LambdasError, LambdasErrorBody};
use crate::catalyst::Server;

const ITEMS: &str =
    "who owns which items is known to an indexer of collections, and none is configured";
const THIRD_PARTY: &str = "third-party items are known to an indexer of their registry and their owners, and none is configured";
const NAMES: &str = "who owns which names is known to an indexer of names, and none is configured";
const LANDS: &str =
    "who owns and operates land is known to an indexer of LAND, and none is configured";
const COLLECTIONS: &str =
    "the list of all collections is known to an indexer of collections, and none is configured";

/// A handler for each route: all that differs is the path and what is missing.
macro_rules! refusals {
    ($($name:ident $path:literal ($($param:literal),*) $missing:ident;)*) => {
        $(
            #[doc = concat!("Refused: the source of `", $path, "` is not configured.")]
            #[utoipa::path(get, path = $path, tag = "lambdas",
                params($(($param = String, Path)),*),
                responses((status = 502, description = "no source is configured", body = LambdasErrorBody)))]
            async fn $name() -> LambdasError {
                LambdasError::not_configured($missing)
            }
        )*

        /// The routes.
        pub(super) fn routes() -> OpenApiRouter<Server> {
            OpenApiRouter::new()$(.routes(routes!($name)))*
        }
    };
}

refusals! {
    user_wearables "/lambdas/users/{address}/wearables" ("address") ITEMS;
    user_emotes "/lambdas/users/{address}/emotes" ("address") ITEMS;
    user_third_party "/lambdas/users/{address}/third-party-wearables" ("address") THIRD_PARTY;
    user_third_party_collection "/lambdas/users/{address}/third-party-wearables/{collection_id}" ("address", "collection_id") THIRD_PARTY;
    user_names "/lambdas/users/{address}/names" ("address") NAMES;
    user_lands "/lambdas/users/{address}/lands" ("address") LANDS;
    user_lands_permissions "/lambdas/users/{address}/lands-permissions" ("address") LANDS;
    parcel_permissions "/lambdas/users/{address}/parcels/{x}/{y}/permissions" ("address", "x", "y") LANDS;
    parcel_operators "/lambdas/parcels/{x}/{y}/operators" ("x", "y") LANDS;
    name_owner "/lambdas/names/{name}/owner" ("name") NAMES;
    explorer_emotes "/lambdas/explorer/{address}/emotes" ("address") ITEMS;
    wearables_by_owner "/lambdas/collections/wearables-by-owner/{owner}" ("owner") ITEMS;
    emotes_by_owner "/lambdas/collections/emotes-by-owner/{owner}" ("owner") ITEMS;
    all_collections "/lambdas/nfts/collections" () COLLECTIONS;
    third_party_integrations "/lambdas/third-party-integrations" () THIRD_PARTY;
}
