//! The list of snapshots, on a folder.

use super::*;
use crate::embedded::FolderBlobs;

fn shelf(folder: &tempfile::TempDir) -> Shelf {
    let blobs = FolderBlobs::open(folder.path()).expect("a folder");
    Shelf::new(Arc::new(blobs), "badges")
}

fn manifest(number: u64, pieces: Vec<crate::snapshots::Piece>) -> Manifest {
    Manifest {
        format: FORMAT,
        read_model: "badges".into(),
        number,
        generation: 1,
        lineage: vec![1],
        revision: 1,
        tables: vec!["t".into()],
        input: "in".into(),
        places: Vec::new(),
        begun_at: 0,
        taken_at: 0,
        program: "test".into(),
        cells: 0,
        bytes: 0,
        pieces,
    }
}

/// Number, and whether it is whole, of all of them.
async fn all(shelf: &Shelf) -> Vec<(u64, bool)> {
    let all = shelf.all().await.expect("listed").into_iter();
    all.map(|listed| (listed.number, listed.manifest.is_some()))
        .collect()
}

#[tokio::test]
async fn numbers_are_never_used_again_and_only_whole_ones_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = shelf(&folder);
    assert_eq!(all(&shelf).await, []);
    for number in 1..=9 {
        assert_eq!(shelf.begin(1, 0).await.expect("begun"), number);
        if number % 2 == 1 {
            let whole = manifest(number, Vec::new());
            shelf.finish(&whole).await.expect("ended");
        }
        if number > 2 {
            assert!(shelf.drop_one(number - 2).await.expect("dropped"));
        }
    }
    assert_eq!(all(&shelf).await, [(8, false), (9, true)]);
    assert!(!shelf.drop_one(7).await.expect("nothing to drop"));
    assert_eq!(shelf.begin(1, 0).await.expect("begun"), 10);
}

#[tokio::test]
async fn what_was_cut_short_goes_a_day_later_with_its_pieces() {
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = shelf(&folder);
    let cut = shelf.begin(1, 0).await.expect("begun");
    for piece in 0..3 {
        let bytes = Bytes::from_static(b"piece");
        shelf.put_piece(cut, piece, bytes).await.expect("put");
    }
    shelf.begin(1, UNFINISHED_MS).await.expect("begun");
    assert_eq!(all(&shelf).await, [(1, false), (2, false)]);
    shelf.begin(1, UNFINISHED_MS + 1).await.expect("begun");
    assert_eq!(all(&shelf).await, [(2, false), (3, false)]);
    for piece in 0..3 {
        let key = shelf.piece_key(cut, piece);
        assert_eq!(shelf.blobs.head(&key).await.expect("asked"), None);
    }
    // Whoever took it all that time finds out.
    let late = shelf.finish(&manifest(cut, Vec::new())).await;
    assert!(late.is_err_and(|e| !e.is_retry()));
    assert_eq!(shelf.manifest(cut).await.expect("read"), None);
}

#[tokio::test]
async fn a_piece_that_was_changed_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = shelf(&folder);
    let number = shelf.begin(1, 0).await.expect("begun");
    let bytes = Bytes::from_static(b"as it was");
    let piece = crate::snapshots::Piece {
        cells: 1,
        bytes: 9,
        sha256: digest(&bytes),
    };
    let of = manifest(number, vec![piece]);
    let missing = shelf.piece(&of, 0).await.expect_err("it is not there");
    assert!(!missing.is_retry(), "{missing}");
    let other = Bytes::from_static(b"as it is!");
    shelf.put_piece(number, 0, other).await.expect("put");
    let changed = shelf.piece(&of, 0).await.expect_err("it is another one");
    assert!(changed.to_string().contains("SHA-256"), "{changed}");
    shelf.drop_one(number).await.expect("dropped");
    shelf
        .put_piece(number, 0, bytes.clone())
        .await
        .expect("put");
    assert_eq!(shelf.piece(&of, 0).await.expect("ours"), bytes);
}
