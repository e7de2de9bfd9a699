//! The chart: what Helm makes of it, and whether the binary takes what it makes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tokio::sync::OnceCell;

use crate::cli::{Folder, code, json, run, stderr, stdout};
use crate::metrics::documented;

const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../helm");
/// Name of the golden and the values beside the chart's own.
const CASES: [(&str, Option<&str>); 2] =
    [("default", None), ("cluster", Some("cases/cluster.yaml"))];

/// Helm; `None`, said aloud, when what has to be fetched is left out.
async fn helm() -> Option<&'static Path> {
    static HELM: OnceCell<PathBuf> = OnceCell::const_new();
    if !peers::wanted() {
        return None;
    }
    let built = HELM.get_or_init(async || {
        peers::programs::helm()
            .await
            .unwrap_or_else(|error| panic!("no helm: {error:#}"))
    });
    Some(built.await)
}

fn helms(helm: &Path, verb: &[&str], more: &[&str]) -> Output {
    let output = Command::new(helm)
        .args(verb)
        .arg(CHART)
        .args(more)
        .current_dir(CHART)
        .stdin(Stdio::null())
        .output();
    output.expect("helm starts")
}

/// Everything that would be installed.
fn template(helm: &Path, more: &[&str]) -> Output {
    let fixed = ["--kube-version", "1.31.0", "--namespace", "worldlog"];
    helms(
        helm,
        &["template", "worldlog"],
        &[&fixed[..], more].concat(),
    )
}

fn rendered(helm: &Path, more: &[&str]) -> String {
    let output = template(helm, more);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    stdout(&output)
}

fn values(file: Option<&'static str>) -> Vec<&'static str> {
    file.map_or_else(Vec::new, |file| vec!["-f", file])
}

#[tokio::test]
async fn the_chart_is_well_formed_and_renders_as_committed() {
    let Some(helm) = helm().await else {
        return;
    };
    for (name, file) in CASES {
        let linted = helms(
            helm,
            &["lint"],
            &[&["--strict"][..], &values(file)].concat(),
        );
        assert_eq!(
            code(&linted),
            0,
            "{name}: {}{}",
            stdout(&linted),
            stderr(&linted)
        );
        let text = rendered(helm, &values(file));
        let golden = Path::new(CHART).join(format!("goldens/{name}.yaml"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &text).expect("the golden can be written");
        }
        let committed = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            text == committed,
            "{}: UPDATE_GOLDEN=1 rewrites it",
            golden.display()
        );
    }
}

#[tokio::test]
async fn values_that_are_wrong_are_refused() {
    let Some(helm) = helm().await else {
        return;
    };
    for (wrong, says) in [
        ("log.url=http://kafka:9092", "log"),
        ("store.url=cql://scylla:9042", "store"),
        ("bus.url=redis://x", "bus"),
        ("blobs.url=file:///tmp", "blobs"),
        ("registry.url=registry:8081", "registry"),
        ("image.digest=sha256:abc", "digest"),
        ("image.pullPolicy=Sometimes", "pullPolicy"),
        ("processors.all.replicas=-1", "replicas"),
        ("processors.all.units=Ingest", "units"),
        ("gateways.all.replica=3", "replica"),
        ("autoscaling.maxReplicas=0", "maxReplicas"),
        ("prometheusRule.lagSeconds=0", "lagSeconds"),
        ("prometheusRule.blockedFor=soon", "blockedFor"),
        ("procesors.all.units=ingest", "procesors"),
        (
            "ingress.enabled=true,ingress.hosts[0].host=a,ingress.hosts[0].gateway=nobody",
            "gateways.nobody",
        ),
    ] {
        let output = template(helm, &["--set", wrong]);
        assert_ne!(code(&output), 0, "{wrong} was taken");
        assert!(
            stderr(&output).contains(says),
            "{wrong}: {}",
            stderr(&output)
        );
    }
}

/// The files that pods read; the migration has its own copy.
fn files(rendered: &str) -> Vec<String> {
    let after = rendered.split("  worldlog.toml: |\n").skip(1);
    let files = after.map(|rest| {
        let lines = rest.lines().take_while(|line| line.starts_with("    "));
        lines.map(|line| line[4..].to_owned() + "\n").collect()
    });
    files.collect()
}

#[tokio::test]
async fn the_binary_takes_the_files_that_are_rendered() {
    let Some(helm) = helm().await else {
        return;
    };
    let folder = Folder::new();
    // Numbers of a file of values, which Helm reads as floating-point numbers.
    let numbers = "config:\n  effects: {concurrency: 8}\n  catalyst: {page_size: 200, pois: [\"0,0\"]}\n  \
                   kafka: {fetch_bytes: 33554432, compression: \"none\"}\n";
    let numbers = folder.write("numbers.yaml", numbers);
    for more in [vec![], values(CASES[1].1), vec!["-f", numbers.as_str()]] {
        let found = files(&rendered(helm, &more));
        assert_eq!(found.len(), 2, "the migration's and the workloads'");
        assert_eq!(found[0], found[1]);
        let file = folder.write("worldlog.toml", &found[0]);
        let checked = run(&["config", "check", "--config", &file, "--output", "json"]);
        assert_eq!(
            code(&checked),
            0,
            "{more:?}: {}{}",
            stderr(&checked),
            found[0]
        );
        let warnings = json(&checked);
        let warnings = warnings.as_array().expect("a list").iter();
        // A secret is not in a file: it comes by the environment, from `existingSecret`.
        let warnings = warnings.filter(|f| !f.to_string().contains("notifications.signing_key"));
        let warnings: Vec<&Value> = warnings.filter(|f| f["level"] == "warning").collect();
        assert!(warnings.is_empty(), "{more:?}: {warnings:?}");
        let shown = json(&run(&[
            "config", "show", "--config", &file, "--output", "json",
        ]));
        if more.contains(&numbers.as_str()) {
            assert_eq!(shown["effects.concurrency"]["value"], 8);
            assert_eq!(shown["catalyst.page_size"]["value"], 200);
            assert_eq!(shown["catalyst.pois"]["value"], serde_json::json!(["0,0"]));
        }
    }
}

/// The arguments of every container.
fn arguments(rendered: &str) -> BTreeSet<Vec<String>> {
    let mut all = BTreeSet::new();
    let mut lines = rendered.lines().map(str::trim_start).peekable();
    while let Some(line) = lines.next() {
        let Some(inline) = line.strip_prefix("args:") else {
            continue;
        };
        let mut list: Vec<String> = match inline.trim() {
            "" => Vec::new(),
            list => serde_json::from_str(list).expect("a list on a line is JSON"),
        };
        while let Some(item) = lines.next_if(|line| inline.is_empty() && line.starts_with("- ")) {
            list.push(item[2..].trim_matches('"').to_owned());
        }
        all.insert(list);
    }
    all
}

#[tokio::test]
async fn the_binary_knows_every_flag_unit_and_variable_of_the_containers() {
    let Some(helm) = helm().await else {
        return;
    };
    let folder = Folder::new();
    let variables = variables();
    for (name, file) in CASES {
        let text = rendered(helm, &values(file));
        let containers = arguments(&text);
        assert!(containers.len() > 4, "{name}: {containers:?}");
        for arguments in containers {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let help = run(&[&arguments[..], &["--help"]].concat());
            assert_eq!(code(&help), 0, "{arguments:?}: {}", stderr(&help));
            if arguments[0] == "run" {
                is_taken(&folder, &arguments);
            }
        }
        let named = text
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("- name: WORLDLOG_"));
        for variable in named.map(|rest| format!("WORLDLOG_{rest}")) {
            assert!(
                variables.contains(&variable),
                "{name}: nothing reads {variable}"
            );
        }
    }
}

/// Every variable of the platform's own options.
fn variables() -> BTreeSet<String> {
    let shown = json(&run(&["config", "show", "--output", "json"]));
    let shown = shown.as_object().expect("options by name").values();
    let variables = shown.map(|option| option["variable"].as_str().expect("a name").to_owned());
    variables.chain(["WORLDLOG__CONFIG".to_owned()]).collect()
}

/// A start with these arguments gets as far as a log without topics: the units are known by then.
fn is_taken(folder: &Folder, arguments: &[&str]) {
    let data = folder.text("data");
    let here = arguments.iter().map(|argument| match *argument {
        "0.0.0.0:8080" => "127.0.0.1:0",
        "/var/lib/worldlog" => data.as_str(),
        other => other,
    });
    let started = run(&here.collect::<Vec<_>>());
    assert_eq!(code(&started), 1, "{arguments:?}: {}", stderr(&started));
    let missing = "topics are missing";
    assert!(
        stderr(&started).contains(missing),
        "{arguments:?}: {}",
        stderr(&started)
    );
}

/// Words of the query language, and of the functions that the dashboard uses, are followed by something else.
fn metrics_of(expression: &str) -> Vec<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let selectors = expression
        .match_indices('{')
        .map(|(at, _)| &expression[..at]);
    let names = selectors.map(|before| {
        let start = before.rfind(|c| !word(c)).map_or(0, |at| at + 1);
        before[start..].to_owned()
    });
    names.collect()
}

/// Every text of a member called `name`, however deep.
fn texts<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (member, item) in members {
                found.extend(item.as_str().filter(|_| member == name));
                texts(item, name, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, name, found)),
        _ => {}
    }
}

/// Every metric that is asked for is documented, with the labels it is asked for by; and what is documented is served
/// (`metrics.rs`).
fn all_are_known(expressions: &[&str]) {
    let documented = documented();
    for expression in expressions {
        let metrics = metrics_of(expression);
        assert!(!metrics.is_empty(), "{expression}");
        let mut labels: BTreeSet<&str> = OF_SCRAPES.into_iter().collect();
        for metric in &metrics {
            let parts = ["_bucket", "_sum", "_count"];
            let base = parts.iter().find_map(|part| metric.strip_suffix(part));
            let found = documented.get(metric.as_str());
            let of_histogram = base.and_then(|base| documented.get(base));
            let found = found.or(of_histogram.filter(|(kind, _)| kind == "histogram"));
            let found =
                found.unwrap_or_else(|| panic!("{metric} is in no table of docs/operations.md"));
            labels.extend(found.1.iter().map(String::as_str));
        }
        for label in labels_of(expression) {
            assert!(labels.contains(label), "{label} is no label: {expression}");
        }
    }
}

/// Labels that a scrape adds, and a histogram's own.
const OF_SCRAPES: [&str; 4] = ["instance", "namespace", "pod", "le"];

/// Labels by which an expression groups and joins.
fn labels_of(expression: &str) -> Vec<&str> {
    let groups = ["by (", "on ("].into_iter().flat_map(|word| {
        let after = expression.split(word).skip(1);
        after.filter_map(|rest| rest.split_once(')').map(|(inside, _)| inside))
    });
    let labels = groups.flat_map(|inside| inside.split(',').map(str::trim));
    labels.collect()
}

#[test]
fn the_alerts_ask_for_metrics_that_exist() {
    // As rendered: `the_chart_is_well_formed_and_renders_as_committed` sees to that.
    let rendered = fs::read_to_string(Path::new(CHART).join("goldens/cluster.yaml"));
    let rendered = rendered.expect("the golden is there");
    let rules = rendered.split("kind: PrometheusRule").nth(1);
    let rules = rules.expect("the alerts are rendered").split("\n---");
    let lines = rules.take(1).flat_map(str::lines).map(str::trim_start);
    let expressions: Vec<&str> = lines.filter_map(|l| l.strip_prefix("expr: ")).collect();
    assert!(expressions.len() > 5, "{expressions:?}");
    all_are_known(&expressions);
}

#[test]
fn the_dashboard_asks_for_metrics_that_exist() {
    let text = fs::read_to_string(Path::new(CHART).join("files/dashboard.json"));
    let dashboard: Value =
        serde_json::from_str(&text.expect("the dashboard is there")).expect("it is JSON");
    let documented = documented();
    let mut expressions = Vec::new();
    texts(&dashboard, "expr", &mut expressions);
    assert!(expressions.len() > 10, "{expressions:?}");
    // The metric of the chart's own autoscaling.
    expressions.push("processor_lag_events{}");
    all_are_known(&expressions);
    let mut queries = Vec::new();
    texts(&dashboard, "query", &mut queries);
    let listed = queries
        .iter()
        .filter_map(|q| q.strip_prefix("label_values("));
    for query in listed {
        let metric = query.split(',').next().unwrap_or_default();
        assert!(
            documented.contains_key(metric),
            "{metric} is in no table of docs/operations.md"
        );
    }
}
