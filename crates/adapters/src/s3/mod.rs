//! The blobs on S3.
