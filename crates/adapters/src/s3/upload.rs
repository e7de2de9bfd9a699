//! A stream of bytes as parts of one object. What is in memory is bounded, and an upload that does not end leaves
//! nothing behind.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, FuturesUnordered};
use object_store::PutPayload;
use object_store::aws::AmazonS3;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use runtime::ports::PortError;

/// Most parts of one upload, by the protocol.
const PARTS_MAX: usize = 10_000;

/// Cuts a stream into parts of one size; only the last may be smaller.
pub(super) struct Parts {
    stream: BoxStream<'static, io::Result<Bytes>>,
    part_bytes: usize,
    gathered: Vec<Bytes>,
    gathered_bytes: usize,
    ended: bool,
}

impl Parts {
    pub(super) fn new(stream: BoxStream<'static, io::Result<Bytes>>, part_bytes: usize) -> Self {
        Self {
            stream,
            part_bytes,
            gathered: Vec::new(),
            gathered_bytes: 0,
            ended: false,
        }
    }

    /// The next part, `None` after the last. May be cancelled: what was read stays for the next call.
    ///
    /// # Errors
    /// The stream's.
    pub(super) async fn next(&mut self) -> io::Result<Option<PutPayload>> {
        while self.gathered_bytes < self.part_bytes && !self.ended {
            match self.stream.next().await {
                Some(chunk) => self.gather(chunk?),
                None => self.ended = true,
            }
        }
        Ok((self.gathered_bytes > 0).then(|| self.cut()))
    }

    /// Whether the stream ended with what `next` gave last.
    pub(super) fn is_over(&self) -> bool {
        self.ended && self.gathered_bytes == 0
    }

    fn gather(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.gathered_bytes += chunk.len();
            self.gathered.push(chunk);
        }
    }

    /// Takes one part from what is gathered; the rest of a chunk that reaches beyond it stays.
    fn cut(&mut self) -> PutPayload {
        let mut chunks = std::mem::take(&mut self.gathered);
        let beyond = self.gathered_bytes.saturating_sub(self.part_bytes);
        self.gathered_bytes = 0;
        if beyond > 0
            && let Some(last) = chunks.last_mut()
        {
            let rest = last.split_off(last.len() - beyond);
            self.gather(rest);
        }
        chunks.into_iter().collect()
    }
}

/// A part on its way, and its number.
type Sending = BoxFuture<'static, Result<(usize, PartId), object_store::Error>>;

/// An upload that is given up when it is dropped before its end.
pub(super) struct Upload {
    store: Arc<AmazonS3>,
    path: Path,
    /// `None` once it ended, one way or the other.
    id: Option<String>,
    in_flight: FuturesUnordered<Sending>,
}

/// What stopped an upload.
pub(super) enum Stopped {
    /// The stream.
    Stream(io::Error),
    /// The server.
    Server(object_store::Error),
    /// More parts than the protocol has.
    TooLarge,
}

impl From<object_store::Error> for Stopped {
    fn from(error: object_store::Error) -> Self {
        Self::Server(error)
    }
}

impl Upload {
    /// Begins an upload.
    ///
    /// # Errors
    /// The server's.
    pub(super) async fn begin(
        store: Arc<AmazonS3>,
        path: Path,
    ) -> Result<Self, object_store::Error> {
        let id = store.create_multipart(&path).await?;
        Ok(Self {
            store,
            path,
            id: Some(id),
            in_flight: FuturesUnordered::new(),
        })
    }

    /// Sends `first` and what follows, then makes the parts one object. After an error nothing is left of it.
    ///
    /// # Errors
    /// Whatever stopped it.
    pub(super) async fn send(
        mut self,
        first: PutPayload,
        parts: &mut Parts,
        in_flight_max: usize,
    ) -> Result<(), Stopped> {
        let id = self
            .id
            .clone()
            .expect("it has not ended: only this ends it");
        let sent = self.send_parts(&id, first, parts, in_flight_max).await;
        let completed = match sent {
            Ok(sent) => {
                let completed = self.store.complete_multipart(&self.path, &id, sent);
                completed.await.map(drop).map_err(Stopped::Server)
            }
            Err(stopped) => Err(stopped),
        };
        if completed.is_err() {
            give_up(&self.store, &self.path, &id, &mut self.in_flight).await;
        }
        self.id = None;
        completed
    }

    async fn send_parts(
        &mut self,
        id: &str,
        first: PutPayload,
        parts: &mut Parts,
        in_flight_max: usize,
    ) -> Result<Vec<PartId>, Stopped> {
        let mut sent: Vec<Option<PartId>> = Vec::new();
        let mut next = Some(first);
        let mut over = false;
        loop {
            if let Some(part) = next.take() {
                let index = sent.len();
                if index == PARTS_MAX {
                    return Err(Stopped::TooLarge);
                }
                sent.push(None);
                self.in_flight.push(self.sending(id, index, part));
            }
            if over && self.in_flight.is_empty() {
                break;
            }
            let may_read = !over && self.in_flight.len() < in_flight_max;
            tokio::select! {
                part = parts.next(), if may_read => {
                    next = part.map_err(Stopped::Stream)?;
                    over = next.is_none();
                }
                Some(done) = self.in_flight.next() => {
                    let (index, part) = done?;
                    sent[index] = Some(part);
                }
            }
        }
        Ok(sent.into_iter().flatten().collect())
    }

    fn sending(&self, id: &str, index: usize, part: PutPayload) -> Sending {
        let (store, path, id) = (self.store.clone(), self.path.clone(), id.to_owned());
        Box::pin(async move {
            let part = store.put_part(&path, &id, index, part).await?;
            Ok((index, part))
        })
    }
}

/// Takes back what was sent. If that fails too, the parts lie there unseen until the bucket's rule for unfinished
/// uploads removes them.
async fn give_up(
    store: &AmazonS3,
    path: &Path,
    id: &String,
    in_flight: &mut FuturesUnordered<Sending>,
) {
    // A part that arrives after the end of its upload may stay for ever.
    while in_flight.next().await.is_some() {}
    match store.abort_multipart(path, id).await {
        // Gone already: the end of the upload succeeded and only its answer was lost.
        Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
        Err(error) => {
            tracing::warn!(blob.path = %path, error = %error, "an unfinished upload stays at the server");
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let (Some(id), Ok(runtime)) = (self.id.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let (store, path) = (self.store.clone(), self.path.clone());
        let mut in_flight = std::mem::take(&mut self.in_flight);
        runtime.spawn(async move { give_up(&store, &path, &id, &mut in_flight).await });
    }
}

impl Stopped {
    /// As the port has it.
    pub(super) fn into_fault(self, key: &str, part_bytes: usize) -> PortError {
        match self {
            Self::Stream(error) => PortError::retry(format!("write blob {key}: {error}")),
            Self::Server(error) => super::fault("write", key, &error),
            Self::TooLarge => PortError::refused(format!(
                "blob {key} is larger than {PARTS_MAX} parts of {part_bytes} bytes"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn cut(chunks: Vec<io::Result<Vec<u8>>>, part_bytes: usize) -> Vec<io::Result<Vec<u8>>> {
        let chunks = chunks.into_iter().map(|c| c.map(Bytes::from));
        let mut parts = Parts::new(futures::stream::iter(chunks).boxed(), part_bytes);
        let mut all = Vec::new();
        loop {
            match parts.next().await {
                Ok(Some(part)) => all.push(Ok(Bytes::from(part).to_vec())),
                Ok(None) => break,
                Err(error) => {
                    all.push(Err(error));
                    break;
                }
            }
        }
        assert!(parts.is_over() || all.last().is_some_and(Result::is_err));
        all
    }

    #[tokio::test]
    async fn parts_have_one_size_whatever_the_chunks_have() {
        let bytes: Vec<u8> = (0..=255).collect();
        for chunk in [1, 3, 7, 100, 256] {
            for part in [1, 5, 64, 255, 256, 300] {
                let chunks = bytes.chunks(chunk).map(|c| Ok(c.to_vec())).collect();
                let parts: Vec<_> = cut(chunks, part).await.into_iter().flatten().collect();
                let expected: Vec<_> = bytes.chunks(part).map(<[u8]>::to_vec).collect();
                assert_eq!(parts, expected, "chunks of {chunk}, parts of {part}");
            }
        }
        assert!(cut(vec![Ok(Vec::new())], 5).await.is_empty());
    }

    #[tokio::test]
    async fn a_stream_that_fails_gives_no_last_part() {
        let chunks = vec![Ok(vec![1, 2, 3]), Err(io::Error::other("gone"))];
        let parts = cut(chunks, 2).await;
        assert!(
            matches!(&parts[..], [Ok(first), Err(_)] if first == &[1, 2]),
            "{parts:?}"
        );
    }
}
