//! Mails of every kind in a browser as narrow as a telephone: nothing stands beyond its edge.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::kills::code_in;
use super::people::Person;
use super::rebuild::catalogue;
use super::{feed, platform};
use crate::http::{put, send};
use crate::process::{Scratch, until};

const WIDTH: i64 = 360;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn mails_of_every_kind_fit_a_telephone() {
    let browser = peers::programs::browser().await.expect("a browser");
    let scratch = Scratch::new();
    let outbox = scratch.path("outbox");
    let up = platform(&scratch, "up").environment(
        "WORLDLOG__NOTIFICATIONS__OUTBOX",
        outbox.to_str().expect("text"),
    );
    let program = up.start().await;
    let people = [Person::new(1), Person::new(2)];
    let wish = json!({ "email": "a@example.org" });
    let wish = people[0].ask(
        &program,
        "notifications",
        ("PUT", "/set-email"),
        Some(&wish),
    );
    wish.await.expect(204);
    let code = until(PATIENCE, || code_in(&outbox))
        .await
        .expect("a mail with a code");
    let given = json!({ "address": people[0].address, "code": code });
    send(put(&program.at("/notifications/confirm-email"), &given))
        .await
        .expect(204);
    // Words that are too long for a line are what breaks a page.
    let mut events = catalogue(&people);
    lengthen(&mut events);
    feed(&program, &events).await;
    let mails = mails(&outbox);
    assert!(mails.len() > 40, "a mail of every kind: {}", mails.len());
    for (subject, width) in widths(&browser, &scratch, &mails) {
        assert_eq!(width, WIDTH, "{subject} is wider than the page");
    }
    assert!(program.terminate().await.success());
}

/// Makes the texts that are shown as long as people make them, and the pictures addresses.
fn lengthen(events: &mut Value) {
    for event in events.as_array_mut().expect("a list") {
        for (name, value) in event["metadata"].as_object_mut().into_iter().flatten() {
            let text = value.as_str().unwrap_or_default();
            if name.to_lowercase().contains("image") {
                *value = "https://127.0.0.1:1/picture.png".into();
            } else if ["link", "url"].contains(&name.as_str()) {
                *value = "https://decentraland.org/x".into();
            } else if text.starts_with("a ") {
                *value = format!("{text} 0x{}", "a1".repeat(60)).into();
            }
        }
    }
}

/// Subject and HTML of every mail of a folder.
fn mails(outbox: &PathBuf) -> Vec<(String, String)> {
    let files = fs::read_dir(outbox)
        .expect("a folder")
        .map(|file| file.expect("an entry").path());
    let files = files.filter(|path| path.extension().is_some_and(|e| e == "eml"));
    let mails = files.map(|path| {
        let bytes = fs::read(path).expect("readable");
        let mail = mailparse::parse_mail(&bytes).expect("a mail");
        let subject = mail
            .headers
            .iter()
            .find(|header| header.get_key() == "Subject");
        let subject = subject
            .map(mailparse::MailHeader::get_value)
            .unwrap_or_default();
        (subject, mail.subparts[1].get_body().expect("text"))
    });
    mails.collect()
}

/// How wide each mail is in a frame of [`WIDTH`].
fn widths(browser: &Path, scratch: &Scratch, mails: &[(String, String)]) -> Vec<(String, i64)> {
    let htmls: Vec<&str> = mails.iter().map(|(_, html)| html.as_str()).collect();
    let htmls = json!(htmls).to_string().replace("</", "<\\/");
    let page = format!(
        "<!DOCTYPE html><html><body><script>
        const widths = {htmls}.map((html) => {{
            const frame = document.createElement('iframe')
            frame.style = 'border:0;width:{WIDTH}px;height:2000px'
            document.body.append(frame)
            frame.contentDocument.write(html)
            frame.contentDocument.close()
            return frame.contentDocument.documentElement.scrollWidth
        }})
        document.body.innerHTML = '<p>widths ' + JSON.stringify(widths) + ' end</p>'
        </script></body></html>"
    );
    let path = scratch.path("mails.html");
    fs::write(&path, page).expect("the scratch folder is writable");
    let mut shown = Command::new(browser);
    shown
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            scratch.path("browser").display()
        ))
        .arg(format!("file://{}", path.display()));
    let shown = shown.output().expect("the browser starts");
    let dom = String::from_utf8_lossy(&shown.stdout);
    let list = dom
        .split("<p>widths ")
        .nth(1)
        .and_then(|rest| rest.split(" end</p>").next());
    let list = list.unwrap_or_else(|| panic!("{dom}{}", String::from_utf8_lossy(&shown.stderr)));
    let widths: Vec<i64> = serde_json::from_str(list).expect("a list of numbers");
    assert_eq!(widths.len(), mails.len());
    let subjects = mails.iter().map(|(subject, _)| subject.clone());
    subjects.zip(widths).collect()
}
