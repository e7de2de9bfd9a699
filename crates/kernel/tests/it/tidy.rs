//! Rules of the house that no compiler knows: sizes, names, who may import whom, what must be documented.

use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace is there")
}

/// Every file below the root that git would know, with its path relative to the root.
fn files() -> Vec<(String, PathBuf)> {
    fn walk(dir: &Path, root: &Path, found: &mut Vec<(String, PathBuf)>) {
        for entry in fs::read_dir(dir).expect("a readable folder").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                let skip = ["target", ".git", "node_modules", "worldlog-data"];
                if !skip.contains(&name.as_str()) {
                    walk(&path, root, found);
                }
            } else {
                let relative = path.strip_prefix(root).expect("below the root");
                found.push((relative.to_string_lossy().into_owned(), path));
            }
        }
    }
    let root = root();
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort();
    found
}

fn rust() -> Vec<(String, String)> {
    files()
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, path)| (name, fs::read_to_string(path).expect("source is text")))
        .collect()
}

/// A file of tests: its tables of cases may be long.
fn is_test(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    name.contains("/tests/") || ["tests.rs", "testing.rs"].contains(&file)
}

fn assert_none(problems: &[String]) {
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn files_are_short_enough_to_read() {
    let problems: Vec<_> = rust()
        .into_iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(name, lines)| format!("{name}: {lines} lines, at most {FILE_LINES_MAX}"))
        .collect();
    assert_none(&problems);
}

/// A function starts at a line whose code begins with `fn` and ends at the brace of the same indent.
fn long_functions(name: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut problems = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let words = ["pub ", "pub(crate) ", "pub(super) ", "const ", "async "];
        let mut rest = code;
        while let Some(stripped) = words.iter().find_map(|w| rest.strip_prefix(w)) {
            rest = stripped;
        }
        if !rest.starts_with("fn ") || line.trim_end().ends_with(';') {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|l| **l == end).unwrap_or(0) + 1;
        if length > FUNCTION_LINES_MAX {
            problems.push(format!(
                "{name}:{}: a function of {length} lines",
                start + 1
            ));
        }
    }
    problems
}

#[test]
fn functions_fit_a_screen() {
    let problems: Vec<_> = rust()
        .iter()
        .filter(|(name, _)| !is_test(name))
        .flat_map(|(name, text)| long_functions(name, text))
        .collect();
    assert_none(&problems);
}

#[test]
fn modules_say_what_they_are_for() {
    let problems: Vec<_> = rust()
        .into_iter()
        .filter(|(name, text)| !name.ends_with("build.rs") && !text.trim_start().starts_with("//!"))
        .map(|(name, _)| format!("{name}: no module comment"))
        .collect();
    assert_none(&problems);
}

#[test]
fn no_drawer_for_everything() {
    let banned = [
        "util", "utils", "helper", "helpers", "manager", "common", "misc",
    ];
    let problems: Vec<_> = files()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| {
            name.split(['/', '.']).any(|part| banned.contains(&part))
                && !name.starts_with("schemas/")
        })
        .collect();
    assert_none(&problems);
}

/// The lines of a file, numbered, without its items for tests: those after `#[cfg(test)]`, to the brace of their
/// indent, or one line.
fn shipped(text: &str) -> Vec<(usize, &str)> {
    let mut kept = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let code = line.trim_start();
        if code != "#[cfg(test)]" {
            kept.push((number, line));
            continue;
        }
        let end = format!("{}}}", " ".repeat(line.len() - code.len()));
        let mut item = lines
            .by_ref()
            .map(|(_, line)| line)
            .skip_while(|line| line.trim_start().starts_with("#["));
        let first = item.next().unwrap_or_default();
        if !first.ends_with([';', ',', '}']) {
            item.find(|line| line.starts_with(&end));
        }
    }
    kept
}

#[test]
fn only_items_for_tests_are_left_out() {
    let text = "a\n#[cfg(test)]\nmod tests;\nb\n    #[cfg(test)]\n    #[x]\n    fn f(\n        p: u8,\n    ) {\n\
                        g();\n    }\n    c\n#[cfg(test)]\nmod tests {\n    use x;\n}\nd\n";
    let kept: Vec<_> = shipped(text).into_iter().map(|(_, l)| l.trim()).collect();
    assert_eq!(kept, ["a", "b", "c", "d"]);
}

#[test]
fn shipped_code_has_no_loose_ends() {
    let mut problems = Vec::new();
    for (name, text) in rust() {
        if is_test(&name) || name.starts_with("crates/sim/") {
            continue;
        }
        for (number, line) in shipped(&text) {
            for word in [
                ".unwrap()",
                "todo!(",
                "unimplemented!(",
                "dbg!(",
                "#[allow(",
                "#![allow(",
                "#[ignore",
            ] {
                if line.contains(word) && !line.trim_start().starts_with("//") {
                    problems.push(format!("{name}:{number}: {word}"));
                }
            }
        }
    }
    assert_none(&problems);
}

/// Folders below `base` that hold a `mod.rs`.
fn units(base: &str) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(root().join(base))
        .expect("a readable folder")
        .flatten()
        .filter(|e| e.path().join("mod.rs").exists())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn processors_know_nothing_of_each_other_nor_of_the_outside() {
    let names = units("processors");
    let mut problems = Vec::new();
    let shipped = |(file, _): &&(String, String)| file.starts_with("processors/") && !is_test(file);
    for (file, text) in rust().iter().filter(shipped) {
        let own = file.split('/').nth(1).unwrap_or_default();
        for other in names.iter().filter(|n| **n != own) {
            if text.contains(&format!("crate::{other}::")) {
                problems.push(format!("{file}: imports processor {other}"));
            }
        }
        for outside in [
            "std::time::SystemTime",
            "std::fs",
            "std::net",
            "tokio",
            "runtime::",
        ] {
            if text.contains(outside) {
                problems.push(format!("{file}: a processor is pure, but names {outside}"));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_processor_is_registered_documented_and_has_a_golden_case() {
    let lib = fs::read_to_string(root().join("processors/lib.rs")).expect("there is a list");
    let mut problems = Vec::new();
    for name in units("processors") {
        let folder = root().join("processors").join(&name);
        if !lib.contains(&format!("mod {name};")) {
            problems.push(format!("processors/{name} is not in processors/lib.rs"));
        }
        let cases = fs::read_dir(folder.join("golden"))
            .map(|d| d.flatten().count())
            .unwrap_or(0);
        if cases == 0 {
            problems.push(format!("processors/{name} has no golden case"));
        }
    }
    assert_none(&problems);
}

#[test]
fn gateways_meet_only_in_topics_and_tables() {
    let names = units("gateways");
    let shared = ["frame", "sources", "runners"];
    let mut problems = Vec::new();
    for (file, text) in rust().iter().filter(|(f, _)| f.starts_with("gateways/")) {
        let own = file.split('/').nth(1).unwrap_or_default();
        if own == "lib.rs" || own == "tests" || shared.contains(&own) {
            continue;
        }
        for other in names
            .iter()
            .filter(|n| **n != own && !shared.contains(&n.as_str()))
        {
            if text.contains(&format!("crate::{other}::")) {
                problems.push(format!("{file}: imports gateway {other}"));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_page_has_one_title() {
    let mut problems = Vec::new();
    for (name, path) in files()
        .into_iter()
        .filter(|(n, _)| n.starts_with("docs/") && n.ends_with(".md"))
    {
        let text = fs::read_to_string(path).expect("a page is text");
        let mut code = false;
        let titles = text
            .lines()
            .filter(|line| {
                code ^= line.starts_with("```");
                !code && line.starts_with("# ")
            })
            .count();
        if titles != 1 {
            problems.push(format!("{name}: {titles} titles"));
        }
    }
    assert_none(&problems);
}

/// Codes named in the texts of a file: the first argument of a reject, and what starts a message, as in `"LOG_HOLE: `.
fn codes(text: &str) -> Vec<&str> {
    let rejects = text.split("Reject::new(").skip(1);
    let rejects = rejects.filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next());
    let messages = text.split('"').skip(1).filter_map(|text| {
        let (code, _) = text.split_once(": ")?;
        let is_code = |b: u8| b.is_ascii_uppercase() || b == b'_';
        (code.contains('_') && code.bytes().all(is_code)).then_some(code)
    });
    rejects.chain(messages).collect()
}

#[test]
fn every_code_has_a_page() {
    let mut problems = Vec::new();
    for (file, text) in rust()
        .iter()
        .filter(|(f, _)| f.starts_with("processors/") || f.starts_with("crates/runtime/"))
    {
        for code in codes(text) {
            if !root().join(format!("docs/errors/{code}.md")).exists() {
                problems.push(format!("{file}: {code} has no page docs/errors/{code}.md"));
            }
        }
    }
    assert_none(&problems);
    let text = r#"Reject::new("A", x), "no: code", format!("B_C: {d}")"#;
    assert_eq!(codes(text), ["A", "B_C"]);
}
