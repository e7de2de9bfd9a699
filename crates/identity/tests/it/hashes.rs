//! Check values of spine.md 1.6 and of @dcl/hashing 3.0.4.

use identity::hash::{
    CidV0DagPb, ContentItem, HashV1, adr32_data, adr32_multi_hash, adr62_keccak256,
};
use serde_json::json;

const CHUNK: usize = 262_144;

/// The bytes b(i) = i mod 251 from `start` to `end`.
fn pattern(start: usize, end: usize) -> Vec<u8> {
    (start..end).map(|index| (index % 251) as u8).collect()
}

#[test]
fn hash_v1_has_the_known_names_at_the_edges_of_the_tree() {
    let sizes = [
        (
            0,
            "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
        ),
        (
            CHUNK,
            "bafkreibruh455iawsviqslif5c7uurdcfdemh22mtnytyzvnzn75kpejxy",
        ),
        (
            CHUNK + 1,
            "bafybeiexg2oqkfnj56l7fcmawswqbijt5shq4b5rg6a546uwpkqqzwjioi",
        ),
        (
            174 * CHUNK,
            "bafybeihpe5snhzneq7xs53nivmsopto5lrogo3wjynauqylqeym5a3irbm",
        ),
        (
            174 * CHUNK + 1,
            "bafybeib4y7ghw2rq7bracc4xwtxrbzo7cfvagdpte2tmrkgwl6dyard3cm",
        ),
        (
            2 * 174 * CHUNK + 5,
            "bafybeiaff4nlpebgauthvuhp2432lct4vbjk7uuvygi5auk4f3gzohsahm",
        ),
    ];
    let mut hasher = HashV1::new();
    let mut done = 0;
    for (size, name) in sizes {
        while done < size {
            let end = size.min(done + 1_000_003);
            hasher.update(pattern(done, end));
            done = end;
        }
        assert_eq!(hasher.clone().finish(), name, "{size} bytes");
    }
}

/// Names computed by the npm package ipfs-only-hash 4 for the same bytes.
#[test]
fn cid_v0_has_the_known_names_at_the_edges_of_the_tree() {
    let sizes = [
        (CHUNK, "QmeqfRyS3vkku7n6krqC3DgGMex3x2sCpSeKMDmrG13QQq"),
        (CHUNK + 1, "QmUSjGawaz4ptvREcMKSMJneWCa5j8dAz2wSAAvHtW2rnB"),
        (
            174 * CHUNK + 1,
            "QmTedsTekQQkgACJXb1sPZSW8bLdS9LPMrT7L4YdjNRd4n",
        ),
    ];
    let mut hasher = CidV0DagPb::new();
    let mut done = 0;
    for (size, name) in sizes {
        while done < size {
            let end = size.min(done + 1_000_003);
            hasher.update(pattern(done, end));
            done = end;
        }
        assert_eq!(hasher.clone().finish(), name, "{size} bytes");
    }
}

fn item(file: &str, hash: &str) -> ContentItem {
    ContentItem {
        file: file.to_owned(),
        hash: hash.to_owned(),
    }
}

/// Names computed by @dcl/hashing 3.0.4 (`calculateMultipleHashesADR32`, `keccak256Hash`).
#[test]
fn adr_hashes_match_the_javascript_ones() {
    let content = [
        item("thumb.png", "QmB"),
        item("b.glb", "QmA"),
        item("a.glb", "QmA"),
        item("é", "Qm"),
    ];
    let metadata = json!({"name": "Hat", "x": 1.0, "2": "two", "1": 1e21, "t": "line\n\u{1}"});
    let data = String::from_utf8(adr32_data(&content, Some(&metadata))).expect("JSON is UTF-8");
    assert_eq!(data, ADR32_DATA);
    assert_eq!(adr32_multi_hash(&content, Some(&metadata)), ADR32_NAME);
    assert_eq!(adr32_multi_hash(&content, None), ADR32_NAME_NO_METADATA);
    let object = metadata.as_object().expect("the case is an object");
    assert_eq!(
        adr62_keccak256(object, &["x", "missing", "name", "1"]),
        ADR62
    );
}

const ADR32_DATA: &str = "{\"content\":[{\"key\":\"é\",\"hash\":\"Qm\"}\
    ,{\"key\":\"a.glb\",\"hash\":\"QmA\"}\
    ,{\"key\":\"b.glb\",\"hash\":\"QmA\"}\
    ,{\"key\":\"thumb.png\",\"hash\":\"QmB\"}]\
    ,\"metadata\":{\"1\":1e+21,\"2\":\"two\",\"name\":\"Hat\",\"x\":1,\"t\":\"line\\n\\u0001\"}}";
const ADR32_NAME: &str = "bafkreifgo26fblrv235tqrpfjwuxzw3k5phub7jsty6cfl57yvz2vwouva";
const ADR32_NAME_NO_METADATA: &str = "bafkreidvgbradfyhi6ato5rlyvrysxj5mcnnqssurrjswz5xx74qkydbem";
const ADR62: &str = "3733c5fd678ef69759518aa7952de2bf6455b89662d60ab11875d23d8830e385";
