//! Blobs as objects of an S3 bucket, Amazon's or anyone's.
//!
//! A put is conditional, so a blob that is there is never replaced, and one that is larger than a part is sent in
//! parts: it becomes visible with the last request or not at all. A process that dies in between leaves parts that
//! nobody sees; give the bucket a lifecycle rule that removes unfinished uploads after a day.

mod options;
mod transport;
mod upload;

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, S3ConditionalPut};
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    PutPayload, RetryConfig,
};
use runtime::ports::{BlobReader, Blobs, PortError, check_blob_key};

use self::transport::{Connector, Rejected};
use self::upload::{Parts, Stopped, Upload};

pub use self::options::{S3Credentials, S3Options};

/// Most of a server's answer that an error repeats.
const SHOWN_CHARS_MAX: usize = 400;

/// A bucket of blobs.
pub struct S3Blobs {
    store: Arc<AmazonS3>,
    options: S3Options,
}

impl S3Blobs {
    /// Makes a client of a bucket; asks nothing of the server yet ([`S3Blobs::check`] does).
    ///
    /// # Errors
    /// `Refused` when the options are wrong or nobody says who we are.
    pub fn open(options: S3Options) -> Result<Self, PortError> {
        options.check()?;
        let mut builder = with_credentials(&options.credentials)?
            .with_bucket_name(&options.bucket)
            .with_conditional_put(match options.conditional_put {
                true => S3ConditionalPut::ETagMatch,
                false => S3ConditionalPut::Disabled,
            })
            .with_retry(retries(&options))
            .with_http_connector(Connector::new(&options)?);
        if let Some(region) = &options.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &options.endpoint {
            builder = builder.with_config(AmazonS3ConfigKey::S3Endpoint, endpoint);
        }
        // The environment may have named one.
        let named = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint];
        let named = named.iter().find_map(|key| builder.get_config_value(key));
        if let Some(endpoint) = &named {
            options.check_endpoint(endpoint)?;
        }
        let path_style = options.path_style.unwrap_or(named.is_some());
        let builder = builder.with_virtual_hosted_style_request(!path_style);
        let store = builder
            .build()
            .map_err(|e| PortError::refused(format!("blobs in s3://{}: {e}", options.bucket)))?;
        Ok(Self {
            store: Arc::new(store),
            options,
        })
    }

    /// Asks whether the bucket is there and lets us in.
    ///
    /// # Errors
    /// `Retry` when the server is not there; `Refused` when the bucket is not, or we may not list it (without that a
    /// missing blob cannot be told from a forbidden one).
    pub async fn check(&self) -> Result<(), PortError> {
        let prefix = Path::from(self.options.prefix.as_str());
        match self.store.list(Some(&prefix)).next().await {
            None | Some(Ok(_)) => Ok(()),
            Some(Err(Error::NotFound { .. })) => Err(PortError::refused(format!(
                "there is no bucket {}",
                self.options.bucket
            ))),
            Some(Err(error)) => Err(fault("list", &self.options.bucket, &error)),
        }
    }

    fn path(&self, key: &str) -> Result<Path, PortError> {
        check_blob_key(key)?;
        let name = match self.options.prefix.as_str() {
            "" => key.to_owned(),
            prefix => format!("{prefix}/{key}"),
        };
        Path::parse(name).map_err(|e| PortError::refused(format!("blob {key}: {e}")))
    }

    /// Writes a blob that fits into one request.
    async fn put_whole(
        &self,
        path: &Path,
        payload: PutPayload,
        mode: PutMode,
    ) -> Result<(), Error> {
        let options = PutOptions::from(mode);
        self.store.put_opts(path, payload, options).await.map(drop)
    }

    async fn write(
        &self,
        path: &Path,
        stream: BoxStream<'static, std::io::Result<Bytes>>,
        mode: PutMode,
    ) -> Result<(), Stopped> {
        let mut parts = Parts::new(stream, self.options.part_bytes.as_usize());
        let first = parts.next().await.map_err(Stopped::Stream)?;
        let first = first.unwrap_or_default();
        match parts.is_over() {
            true => {
                let put = self.put_whole(path, first, mode).await;
                put.map_err(Stopped::Server)
            }
            false => self.put_parts(path, first, &mut parts).await,
        }
    }

    async fn put_parts(
        &self,
        path: &Path,
        first: PutPayload,
        parts: &mut Parts,
    ) -> Result<(), Stopped> {
        let upload = Upload::begin(self.store.clone(), path.clone()).await?;
        let in_flight_max = self.options.parts_in_flight;
        upload.send(first, parts, in_flight_max).await
    }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn head(&self, key: &str) -> Result<Option<u64>, PortError> {
        match self.store.head(&self.path(key)?).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault("look for", key, &error)),
        }
    }

    async fn get(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError> {
        let outside = |size: u64, range: &Range<u64>| {
            let Range { start, end } = range;
            PortError::refused(format!(
                "blob {key} has {size} bytes, there is no range {start}..{end}"
            ))
        };
        // S3 knows no empty range, and answers one that begins beyond the end as it answers a bad request.
        if let Some(range) = range.as_ref().filter(|r| r.start >= r.end) {
            return match self.head(key).await? {
                None => Ok(None),
                Some(size) if range.start == range.end && range.end <= size => {
                    Ok(Some(BlobReader {
                        size,
                        stream: stream::empty().boxed(),
                    }))
                }
                Some(size) => Err(outside(size, range)),
            };
        }
        let options = GetOptions {
            range: range.clone().map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let found = match self.store.get_opts(&self.path(key)?, options).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => {
                let size = self.head(key).await?;
                return Err(match (size, &range) {
                    (Some(size), Some(range)) if range.end > size => outside(size, range),
                    _ => fault("read", key, &error),
                });
            }
        };
        let size = found.meta.size;
        if let Some(range) = range.filter(|r| r.end > size) {
            return Err(outside(size, &range));
        }
        let stream = found
            .into_stream()
            .map(|chunk| chunk.map_err(std::io::Error::other));
        Ok(Some(BlobReader {
            size,
            stream: stream.boxed(),
        }))
    }

    async fn put(
        &self,
        key: &str,
        stream: BoxStream<'static, std::io::Result<Bytes>>,
    ) -> Result<bool, PortError> {
        if self.head(key).await?.is_some() {
            return Ok(false);
        }
        let mode = match self.options.conditional_put {
            true => PutMode::Create,
            false => PutMode::Overwrite,
        };
        match self.write(&self.path(key)?, stream, mode).await {
            Ok(()) => Ok(true),
            // Someone else was first, or is at it: then it may still fail.
            Err(Stopped::Server(
                error @ (Error::AlreadyExists { .. } | Error::Precondition { .. }),
            )) => match self.head(key).await? {
                Some(_) => Ok(false),
                None => Err(PortError::retry(format!(
                    "write blob {key}: another writer is at it: {}",
                    shown(&error)
                ))),
            },
            Err(stopped) => Err(stopped.into_fault(key, self.options.part_bytes.as_usize())),
        }
    }

    async fn replace(
        &self,
        key: &str,
        stream: BoxStream<'static, std::io::Result<Bytes>>,
    ) -> Result<(), PortError> {
        let path = self.path(key)?;
        // An object is replaced as a whole, that of many parts when the last of them is in.
        let written = self.write(&path, stream, PutMode::Overwrite).await;
        written.map_err(|stopped| stopped.into_fault(key, self.options.part_bytes.as_usize()))
    }

    async fn remove(&self, key: &str) -> Result<bool, PortError> {
        // The server removes what is not there without a word.
        let there = self.head(key).await?.is_some();
        match self.store.delete(&self.path(key)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(there),
            Err(error) => Err(fault("remove", key, &error)),
        }
    }
}

fn retries(options: &S3Options) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: options.retries,
        retry_timeout: options.retry_for,
    }
}

/// A client that says who we are.
fn with_credentials(credentials: &S3Credentials) -> Result<AmazonS3Builder, PortError> {
    match credentials {
        S3Credentials::Key {
            id,
            secret,
            session,
        } => {
            let builder = AmazonS3Builder::new()
                .with_access_key_id(id)
                .with_secret_access_key(secret);
            Ok(match session {
                Some(session) => builder.with_token(session),
                None => builder,
            })
        }
        S3Credentials::Instance => Ok(AmazonS3Builder::new()),
        S3Credentials::Environment => {
            let builder = AmazonS3Builder::from_env();
            let named = [
                AmazonS3ConfigKey::AccessKeyId,
                AmazonS3ConfigKey::WebIdentityTokenFile,
                AmazonS3ConfigKey::ContainerCredentialsRelativeUri,
                AmazonS3ConfigKey::ContainerCredentialsFullUri,
            ];
            // Without this the crate would ask the metadata service of a cloud that we may not be in.
            match named
                .iter()
                .any(|key| builder.get_config_value(key).is_some())
            {
                true => Ok(builder),
                false => Err(PortError::refused(
                    "nobody says who we are to S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, put id:secret@ \
                     before the bucket, or say credentials=instance",
                )),
            }
        }
    }
}

/// The server's faults as the port's. What a person has to mend is refused; what we cannot tell is tried again.
fn fault(what: &str, key: &str, error: &Error) -> PortError {
    if let Some(rejected) = rejected(error) {
        return PortError::refused(format!("{what} blob {key}: {rejected}"));
    }
    let text = format!("{what} blob {key}: {}", shown(error));
    match error {
        Error::NotSupported { .. }
        | Error::NotImplemented { .. }
        | Error::InvalidPath { .. }
        | Error::UnknownConfigurationKey { .. }
        // Not the blob, whose absence is no error, but the bucket or the upload.
        | Error::NotFound { .. } => PortError::refused(text),
        _ => PortError::retry(text),
    }
}

/// The server's refusal among the causes of an error.
fn rejected(error: &Error) -> Option<&Rejected> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(rejected) = cause.downcast_ref() {
            return Some(rejected);
        }
        next = cause.source();
    }
    None
}

/// An error on one line, cut: servers answer whole documents.
fn shown(error: &Error) -> String {
    let text = error.to_string();
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().take(SHOWN_CHARS_MAX).collect()
}
