//! Worker processes: started when they are needed, kept while they are well, ended with what they could not bear.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::counter;
use runtime::ports::PortError;
use tokio::io::{BufReader, BufWriter};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::frames::{self, Done, FromWorker, Job, ToWorker};
use super::images::{Flight, Image, Images};
use super::settings::Convert;
use crate::runners::lanes::Lanes;

/// Worker processes that were started.
const STARTED: &str = "asset_workers_started_total";
/// How long a process that was told to end may take.
const END_MAX: Duration = Duration::from_secs(5);
/// Signals by which the kernel and the program end a process that takes too much.
const SIGXCPU: i32 = 24;
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;

/// How a worker process is started.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// What makes it a worker.
    pub arguments: Vec<OsString>,
}

/// How a job ended.
pub(super) enum Ran {
    /// The worker says how.
    Done(Done, Vec<Vec<u8>>),
    /// It took more than it may, for good.
    TooMuch(String),
    /// The worker ended by it, for good.
    Crashed(String),
    /// Nothing is known of the file.
    NotNow(String),
}

/// The worker processes.
pub(super) struct Pool {
    program: Program,
    images: Images,
    lanes: Lanes,
    idle: Mutex<Vec<Worker>>,
    timeout: Duration,
    bytes_max: u64,
    jobs_max: u32,
}

struct Worker {
    child: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
    jobs: u32,
}

impl Pool {
    pub(super) fn new(program: Program, settings: &Convert, images: Images) -> Self {
        Self {
            program,
            images,
            lanes: Lanes::new(settings.workers(), settings.backlog_share),
            idle: Mutex::default(),
            timeout: settings.timeout.0,
            bytes_max: settings.frame_bytes_max(),
            jobs_max: settings.worker_jobs_max,
        }
    }

    /// Does a job once there is a place for it; only then its files are loaded.
    pub(super) async fn run(
        &self,
        live: bool,
        job: Job,
        load: impl Future<Output = Result<Vec<Vec<u8>>, PortError>>,
    ) -> Ran {
        let _place = self.lanes.place(live).await;
        let parts = match load.await {
            Ok(parts) => parts,
            Err(error) => return Ran::NotNow(error.to_string()),
        };
        let worker = self.idle().pop();
        let mut worker = match worker.map_or_else(|| self.start(), Ok) {
            Ok(worker) => worker,
            Err(error) => return Ran::NotNow(format!("no worker process: {error}")),
        };
        let talk = worker.talk(job, parts, &self.images, self.bytes_max);
        match tokio::time::timeout(self.timeout, talk).await {
            Ok(Ok((done, files))) => {
                worker.jobs += 1;
                if worker.jobs < self.jobs_max {
                    self.idle().push(worker);
                }
                Ran::Done(done, files)
            }
            Ok(Err(Talk::Port(error))) => Ran::NotNow(error.to_string()),
            Ok(Err(Talk::Line(error))) => worker.autopsy(&error).await,
            // The machine may be busy, or the blobs slow: what a file itself may cost is its CPU time.
            Err(_) => Ran::NotNow(format!("it took longer than {:?}", self.timeout)),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> io::Result<Worker> {
        let mut child = Command::new(&self.program.path)
            .args(&self.program.arguments)
            // What the platform is told by its environment is none of a worker's business.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        counter!(STARTED).increment(1);
        let gone = || io::Error::other("it has no pipes");
        let to = child.stdin.take().ok_or_else(gone)?;
        let from = child.stdout.take().ok_or_else(gone)?;
        Ok(Worker {
            child,
            to: BufWriter::new(to),
            from: BufReader::new(from),
            jobs: 0,
        })
    }
}

/// Why a talk ended early.
enum Talk {
    /// The worker is gone, or talks nonsense.
    Line(io::Error),
    /// The blobs are not to be had.
    Port(PortError),
}

impl From<io::Error> for Talk {
    fn from(error: io::Error) -> Self {
        Self::Line(error)
    }
}

impl Worker {
    /// Gives the job, answers the worker's questions, and takes what came out.
    async fn talk(
        &mut self,
        job: Job,
        parts: Vec<Vec<u8>>,
        images: &Images,
        bytes_max: u64,
    ) -> Result<(Done, Vec<Vec<u8>>), Talk> {
        let borrowed: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        frames::send(&mut self.to, &ToWorker::Job(Box::new(job)), &borrowed).await?;
        drop(parts);
        let mut flight: Option<Flight> = None;
        loop {
            let (said, parts) = frames::receive(&mut self.from, bytes_max).await?;
            match said {
                FromWorker::Done(done) => return Ok((done, parts)),
                FromWorker::Ask { key } => match images.ask(&key).await.map_err(Talk::Port)? {
                    Image::Known(bytes) => {
                        frames::send(&mut self.to, &ToWorker::Image, &[&bytes]).await?;
                    }
                    Image::Yours(mine) => {
                        flight = Some(mine);
                        frames::send(&mut self.to, &ToWorker::Image, &[]).await?;
                    }
                },
                FromWorker::Keep { key: _ } => {
                    if let (Some(flight), Some(bytes)) = (flight.take(), parts.into_iter().next()) {
                        flight.keep(bytes).await.map_err(Talk::Port)?;
                    }
                }
            }
        }
    }

    /// Why a worker is gone.
    async fn autopsy(mut self, error: &io::Error) -> Ran {
        drop(self.to);
        let ended = tokio::time::timeout(END_MAX, self.child.wait()).await;
        let status: Option<ExitStatus> = ended.ok().and_then(Result::ok);
        match status.and_then(|status| status.signal()) {
            Some(SIGXCPU) => Ran::TooMuch("it took more CPU time than it may".into()),
            Some(SIGABRT) => Ran::TooMuch("it took more memory than it may".into()),
            // The machine's own measure against a shortage, or somebody's.
            Some(SIGKILL) => Ran::NotNow("the worker process was killed".into()),
            Some(signal) => Ran::Crashed(format!("the worker process ended by signal {signal}")),
            None => Ran::NotNow(format!("the worker process is gone ({status:?}): {error}")),
        }
    }
}
