//! `worldlog render`: the pictures of a profile, at a desk.

mod content;
mod sheet;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use portrait::{Avatar, Composition, Library, Limits, Look, Pictures, Pose, Scene, png};
use serde::Serialize;
use serde_json::Value;

use self::content::Content;
use super::block_on;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::Common;

const EXAMPLES: &str = "\
Examples:
  worldlog render profile.json --out pictures                     from a platform on this machine
  worldlog render profile.json --out pictures --catalyst https://peer.decentraland.org/content
  worldlog render profile.json --out pictures --turntable 8       and a sheet of eight views
  curl -s https://peer.decentraland.org/lambdas/profiles/0x… | worldlog render - --out pictures

Writes body.png (256 by 512) and face.png (256 by 256), with straight alpha. A profile, the entity of
one, or the avatar alone is taken. What cannot be worn is left out, and named.
Exit code: 0 when there are pictures, 1 when the body shape is not to be had.";

/// Bytes of a profile.
const PROFILE_MAX: u64 = 1 << 20;
/// Views of a turntable.
const VIEWS_MAX: u32 = 64;

/// `worldlog render`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The profile as JSON; - reads standard input
    #[arg(value_name = "PROFILE.json")]
    profile: PathBuf,
    /// Folder for the pictures; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Content server that has the wearables
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8080/content"
    )]
    catalyst: String,
    /// Also write turntable.png: so many views around the avatar
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(VIEWS_MAX)))]
    turntable: Option<u32>,
    /// Pose as JSON: a transform a bone [default: standing]
    #[arg(long, value_name = "FILE")]
    pose: Option<PathBuf>,
}

/// What was made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Names the picture: equal avatars have one.
    hash: String,
    body_shape: String,
    worn: Vec<String>,
    left_out: Vec<LeftOut>,
    files: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LeftOut {
    urn: String,
    reason: String,
}

pub(crate) fn run(common: &Common, args: &Args) -> Outcome {
    let wrong = |error| Failure::new(Exit::Usage, error);
    let avatar = read(&args.profile).and_then(|json| avatar(&json, &args.profile));
    let avatar = avatar.map_err(wrong)?;
    let pose = match &args.pose {
        None => Pose::standing(),
        Some(path) => pose(path).map_err(wrong)?,
    };
    let limits = Limits {
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        ..Limits::default()
    };
    block_on(async {
        let content = Content::of(&args.catalyst, &avatar, &limits).await?;
        let library = Library::new(limits);
        let pictures = portrait::pictures(&avatar, &content.assets, &library, &pose)?;
        let files = write(args, &pictures, &pose, &limits)?;
        let composition = pictures.composition;
        let report = Report {
            hash: avatar.hash(),
            body_shape: composition.body_shape.clone(),
            worn: composition
                .worn
                .iter()
                .map(|worn| worn.urn.clone())
                .collect(),
            left_out: left_out(&composition, &content),
            files,
        };
        common.output.print(&report, Report::text)?;
        Ok(Exit::Done)
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let cannot = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    let stdin = path == Path::new("-");
    match stdin {
        true => std::io::stdin()
            .take(PROFILE_MAX + 1)
            .read_to_end(&mut bytes),
        false => {
            fs::File::open(path).and_then(|file| file.take(PROFILE_MAX + 1).read_to_end(&mut bytes))
        }
    }
    .with_context(cannot)?;
    if bytes.len() as u64 > PROFILE_MAX {
        return Err(anyhow!(
            "{} is larger than {PROFILE_MAX} bytes: no profile is",
            path.display()
        ));
    }
    Ok(bytes)
}

/// The avatar of a profile, of an entity of one, or by itself.
fn avatar(json: &[u8], path: &Path) -> Result<Avatar> {
    let none = || format!("{} has no avatar", path.display());
    let value: Value = serde_json::from_slice(json).with_context(none)?;
    let avatar = portrait::avatar::find(&value).unwrap_or(&value);
    if avatar.get("bodyShape").and_then(Value::as_str).is_none() {
        return Err(anyhow!("{}: no bodyShape", none()));
    }
    Avatar::from_json(&serde_json::to_vec(avatar)?).with_context(none)
}

fn pose(path: &Path) -> Result<Pose> {
    let json = read(path)?;
    Pose::from_json(&json).with_context(|| format!("{} is no pose", path.display()))
}

/// Writes the pictures, and the views around the avatar where they are asked for; gives the files' names.
fn write(args: &Args, pictures: &Pictures, pose: &Pose, limits: &Limits) -> Result<Vec<String>> {
    let cannot = || format!("cannot write into {}", args.out.display());
    fs::create_dir_all(&args.out).with_context(cannot)?;
    let mut files = vec![
        ("body.png", pictures.body.clone()),
        ("face.png", pictures.face.clone()),
    ];
    if let Some(views) = args.turntable {
        let scene = Scene::new(&pictures.composition, pose);
        let look = Look::default();
        let views = sheet::shots(views)
            .iter()
            .map(|shot| portrait::render(&scene, shot, &look, limits))
            .collect::<Result<Vec<_>, _>>()?;
        files.push(("turntable.png", png(&sheet::beside(&views))?));
    }
    let mut names = Vec::new();
    for (name, bytes) in files {
        let path = args.out.join(name);
        fs::write(&path, bytes).with_context(cannot)?;
        names.push(path.display().to_string());
    }
    Ok(names)
}

/// What is not worn, with the reason that comes first.
fn left_out(composition: &Composition, content: &Content) -> Vec<LeftOut> {
    let left = composition.left_out.iter();
    left.map(|left| LeftOut {
        urn: left.urn.clone(),
        reason: content
            .refused(&left.urn)
            .unwrap_or_else(|| left.reason.to_string()),
    })
    .collect()
}

impl Report {
    fn text(&self) -> String {
        let mut text = String::new();
        for file in &self.files {
            text += &format!("{file}\n");
        }
        for LeftOut { urn, reason } in &self.left_out {
            text += &format!("left out: {urn}: {reason}\n");
        }
        text + &format!("avatar {} wears {} items\n", self.hash, self.worn.len())
    }
}
