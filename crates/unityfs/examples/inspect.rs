//! Tries the inspection of bundles: `inspect FILE [--json] [--object ID]`, or `inspect --diff A B [--json]`.

use std::process::ExitCode;

use unityfs::Limits;
use unityfs::inspect::{describe, diff, object};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let has_json = arguments.iter().any(|argument| argument == "--json");
    arguments.retain(|argument| argument != "--json");
    match run(&arguments, has_json) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String], has_json: bool) -> anyhow::Result<String> {
    let limits = Limits::default();
    let arguments: Vec<&str> = arguments.iter().map(|argument| &**argument).collect();
    let (json, text) = match arguments[..] {
        ["--diff", a, b] => {
            let found = diff(&std::fs::read(a)?, &std::fs::read(b)?, &limits)?;
            (found.to_json(), found.to_text())
        }
        [file, "--object", id] => {
            let found = object(&std::fs::read(file)?, &id.parse()?, &limits)?;
            (found.to_json(), found.to_text())
        }
        [file] => {
            let found = describe(&std::fs::read(file)?, &limits)?;
            (found.to_json(), found.to_text())
        }
        _ => anyhow::bail!("usage: inspect FILE [--json] [--object ID] | inspect --diff A B"),
    };
    Ok(if has_json {
        format!("{json:#}\n")
    } else {
        text
    })
}
