//! The tree of settings: precedence, names, secrets, and that the defaults are what the structs say.

use super::*;

fn env(pairs: &[(&str, &str)]) -> Inputs {
    let pair = |(n, v): &(&str, &str)| ((*n).to_owned(), (*v).to_owned());
    Inputs {
        environment: pairs.iter().map(pair).collect(),
        ..Inputs::default()
    }
}

fn with_file(text: &str) -> (tempfile::TempDir, Inputs) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("worldlog.toml");
    std::fs::write(&file, text).expect("the file is written");
    let inputs = Inputs {
        file: Some(file),
        ..Inputs::default()
    };
    (folder, inputs)
}

fn load_error(inputs: &Inputs) -> String {
    format!("{:#}", load(inputs).expect_err("must be refused"))
}

#[test]
fn default_toml_is_exactly_the_defaults_of_the_structs() {
    let loaded = load(&Inputs::default()).expect("the defaults load");
    let platform = sections::Platform::default();
    assert_eq!(
        format!("{:#?}", loaded.config.platform),
        format!("{platform:#?}")
    );
    let gateways = gateways::settings::Settings::default();
    assert_eq!(
        format!("{:#?}", loaded.config.gateways),
        format!("{gateways:#?}")
    );
    let follow = gateways::sources::catalyst::Follow::default();
    assert_eq!(loaded.config.follow, follow);
    assert!(loaded.config.services.is_empty());
}

#[test]
fn every_field_of_every_section_is_in_default_toml() {
    fn fields<T: DeserializeOwned>(section: &str) -> Vec<String> {
        let bogus = Dict::from([("no such key".to_owned(), Value::from(1))]);
        let tree = Dict::from([(section.to_owned(), Value::from(bogus))]);
        let error = Figment::from(Serialized::defaults(tree))
            .extract::<T>()
            .err()
            .expect("the key does not exist");
        match error.kind {
            figment::error::Kind::UnknownField(_, fields) => {
                fields.iter().map(|f| format!("{section}.{f}")).collect()
            }
            other => panic!("{section}: {other}"),
        }
    }
    let own = Catalog::global().entries().filter(|e| !e.reserved);
    let sections: std::collections::BTreeSet<&str> = own
        .filter_map(|e| e.key.split_once('.'))
        .map(|(s, _)| s)
        .collect();
    for section in sections {
        let fields = if sections::GATEWAY_SECTIONS.contains(&section) {
            fields::<gateways::settings::Settings>(section)
        } else {
            fields::<sections::Platform>(section)
        };
        let followed = sections::follow_keys()
            .into_keys()
            .map(|k| format!("catalyst.{k}"));
        for field in fields.into_iter().chain(followed) {
            let entry = Catalog::global().get(&field);
            assert!(
                entry.is_some_and(|e| !e.reserved),
                "{field} is not in default.toml"
            );
        }
    }
}

#[test]
fn each_layer_wins_over_the_one_before() {
    let (_folder, mut inputs) = with_file("listen = \"1.1.1.1:1\"\n[gateway]\nwait = \"1s\"\n");
    let listen = |inputs: &Inputs| load(inputs).expect("it loads").config.platform.listen;
    assert_eq!(listen(&inputs), "1.1.1.1:1");
    inputs.environment = env(&[("WORLDLOG__LISTEN", "2.2.2.2:2")]).environment;
    assert_eq!(listen(&inputs), "2.2.2.2:2");
    inputs.flag("listen", Some("3.3.3.3:3"), "--listen");
    assert_eq!(listen(&inputs), "3.3.3.3:3");
    let shown = shown(&load(&inputs).expect("it loads"), false);
    assert_eq!(shown["listen"].source, "flag --listen");
    assert!(shown["gateway.wait"].source.starts_with("file "));
    assert_eq!(shown["bus.url"].source, "default");
    assert_eq!(shown["log.url"].value, "sqlite://./worldlog-data/log.db");
}

#[test]
fn an_unknown_key_of_a_file_names_itself_and_the_nearest() {
    let (_folder, inputs) = with_file("[operator]\ntokn = \"hunter2\"\n");
    let error = load_error(&inputs);
    assert!(
        error.contains("\"operator.tokn\"") && error.contains("operator.token"),
        "{error}"
    );
    assert!(
        error.contains("worldlog.toml") && !error.contains("hunter2"),
        "{error}"
    );
    let (_folder, inputs) = with_file("[zebra]\nx = 1\n");
    assert!(load_error(&inputs).contains("\"zebra.x\""));
    let (_folder, inputs) = with_file("[badges]\napi_admin_tokn = \"x\"\n");
    assert!(load_error(&inputs).contains("badges.api_admin_token"));
}

#[test]
fn an_unknown_variable_only_warns() {
    let loaded = load(&env(&[("WORLDLOG__LOG__ULR", "x"), ("OTHER", "y")])).expect("it loads");
    let [warning] = &loaded.layers.warnings[..] else {
        panic!("one warning: {:?}", loaded.layers.warnings);
    };
    assert!(warning.contains("WORLDLOG__LOG__ULR") && warning.contains("WORLDLOG__LOG__URL"));
}

#[test]
fn the_environment_is_typed_by_the_option() {
    let loaded = load(&env(&[
        (
            "WORLDLOG__CATALYST__URLS",
            "http://127.0.0.1:1/content, https://b/content",
        ),
        ("WORLDLOG__EVENTS_NOTIFIER__EVENTS_MAX", "7"),
        ("WORLDLOG__OPERATOR__TOKEN", "0123"),
        ("WORLDLOG__OPERATOR__PROTECT_READS", "true"),
        ("WORLDLOG__GATEWAY__WAIT", "2"),
        ("WORLDLOG__ENGINE__FLUSH_BYTES", "1 MiB"),
        ("WORLDLOG__CDN__PUBLIC_URL", ""),
        ("WORLDLOG__LISTEN", ""),
        ("WORLDLOG__ENGINE__FETCH_RECORDS", ""),
    ]))
    .expect("it loads");
    let gateways = &loaded.config.gateways;
    assert_eq!(
        gateways.catalyst.urls,
        ["http://127.0.0.1:1/content", "https://b/content"]
    );
    assert_eq!(gateways.events_notifier.events_max, 7);
    assert_eq!(
        gateways.operator.token.as_ref().map(|t| t.reveal()),
        Some("0123")
    );
    assert!(gateways.operator.protect_reads);
    assert_eq!(gateways.gateway.wait, runtime::settings::Span::secs(2));
    assert_eq!(gateways.cdn.public_url, None);
    assert_eq!(loaded.config.platform.listen, "127.0.0.1:8080");
    assert_eq!(
        loaded.config.platform.engine.flush_bytes,
        runtime::settings::Size::mib(1)
    );
}

#[test]
fn a_secret_may_be_the_name_of_a_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "hunter2\n").expect("the file is written");
    let path = file.to_str().expect("a path of text");
    let loaded = load(&env(&[("WORLDLOG__OPERATOR__TOKEN_FILE", path)])).expect("it loads");
    let token = loaded.config.gateways.operator.token.as_ref();
    assert_eq!(token.map(|t| t.reveal()), Some("hunter2"));
    let shown = shown(&loaded, true);
    assert_eq!(shown["operator.token"].value, "***");
    assert!(!show::text(&shown, true).contains("hunter2"));
    let missing = load_error(&env(&[(
        "WORLDLOG__OPERATOR__TOKEN_FILE",
        "/nowhere/token",
    )]));
    assert!(
        missing.contains("/nowhere/token") && missing.contains("operator.token"),
        "{missing}"
    );
}

#[test]
fn a_value_of_the_wrong_type_names_key_and_origin() {
    let error = load_error(&env(&[("WORLDLOG__EVENTS_NOTIFIER__EVENTS_MAX", "many")]));
    assert!(error.contains("events_notifier.events_max"), "{error}");
    assert!(
        error.contains("WORLDLOG__EVENTS_NOTIFIER__EVENTS_MAX"),
        "{error}"
    );
    let error = load_error(&env(&[("WORLDLOG__LOG__URL", "mysql://me:pw@x")]));
    assert!(
        error.contains("log.url") && !error.contains("pw"),
        "{error}"
    );
}

#[test]
fn service_keys_are_kept_and_named_by_check() {
    let (_folder, mut inputs) = with_file(
        "[worlds]\nlivekit-host = \"wss://x\"\n[convert.profiles]\nweb = \"gltf\"\n\
         [badges]\nan_odd_one = 1\nredis_host = \"r\"\n",
    );
    inputs.environment = env(&[("WORLDLOG__CONVERT__PROFILES__LINUX", "plain")]).environment;
    let loaded = load(&inputs).expect("it loads");
    let services = &loaded.config.services;
    assert_eq!(services["worlds.livekit_host"].as_str(), Some("wss://x"));
    let profiles = &loaded.config.gateways.convert.profiles;
    assert_eq!((&*profiles["linux"], &*profiles["web"]), ("plain", "gltf"));
    let findings = check(&loaded);
    let said = |key: &str| {
        findings
            .iter()
            .find(|f| f.key == key)
            .map(|f| f.message.as_str())
    };
    let reserved = said("worlds.livekit_host");
    assert_eq!(reserved, Some("reserved: not used yet"));
    assert!(said("badges.an_odd_one").is_some_and(|m| m.contains("no page names it")));
    assert!(said("badges.redis_host").is_some_and(|m| m.contains("store.url")));
}

#[test]
fn dangerous_combinations_warn() {
    let loaded = load(&env(&[
        ("WORLDLOG__LISTEN", "0.0.0.0:80"),
        ("WORLDLOG__CLOCK__SOURCE", "ticks"),
        ("WORLDLOG__LOG__URL", "kafka://k:9092"),
        ("WORLDLOG__GATEWAY__TRUSTED_PROXIES", "0.0.0.0/0"),
    ]))
    .expect("it loads");
    let findings = check(&loaded);
    for key in [
        "operator.token",
        "clock.source",
        "bus.url",
        "blobs.url",
        "gateway.trusted_proxies",
    ] {
        assert!(
            findings
                .iter()
                .any(|f| f.key == key && f.level == Level::Warning),
            "{key}"
        );
    }
}

#[test]
fn the_contract_has_every_key_it_names() {
    for key in [
        "operator.token",
        "clock.source",
        "cdn.public_url",
        "gateway.trusted_proxies",
        "gateway.wait",
        "outbound.allow",
        "archipelago.denylist_json_url",
        "archipelago.comms_gatekeeper_url",
        "realm_provider.catalyst_urls",
        "realm_provider.max_age",
        "comms_gatekeeper.land_authorizations_url",
        "comms_gatekeeper.feature_flags_url",
        "comms_gatekeeper.signature_validation_url",
        "comms_gatekeeper.prod_livekit_host",
        "atlas.subgraph_url",
        "atlas.signatures_server_url",
        "atlas.refresh_interval",
        "places.snapshot_url",
        "notifications.sendgrid_api_url",
        "profile_images.peer_url",
        "social.catalyst_lambdas_url",
        "badges.api_admin_token",
        "badges.cdn_host",
        "worlds.http_base_url",
        "camera_reel.api_url",
        "notifications.service_base_url",
        "convert.enabled",
        "convert.workers",
        "convert.profiles",
        "assets.required_platforms",
        "assets.platform_user_moderators",
    ] {
        assert!(Catalog::global().get(key).is_some(), "{key}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_named_by_line_and_not_quoted() {
    let (_folder, inputs) = with_file("[operator]\ntoken = \"hunter2\n");
    let error = load_error(&inputs);
    assert!(error.contains("worldlog.toml:2"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}
