//! A process that stood still while others went on with its partitions, and that writes what it had in hand when it
//! wakes: nothing newer is damaged.

use std::time::Duration;

use super::fold;
use super::scale::{gateway, owns_all, reads_its_writes, shared_by, worker};
use super::stand::{Stand, Wants};
use crate::crowd::Crowd;
use crate::stage::Stage;
use crate::world::Dice;

const PROTOCOLS: [&str; 2] = ["classic", "consumer"];
/// Each of the two workers stands still so often.
const TURNS: usize = 2;
/// People act without a pause for so long before one of them is stopped, so that it has something in hand.
const RUSH_MS_MAX: u64 = 1500;
/// What others write meanwhile, at least: of the same people and parcels.
const EVENTS_MEANWHILE: u64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_wakes_after_its_partitions_moved_damages_nothing() {
    for protocol in PROTOCOLS {
        let wants = Wants {
            kafka: Wants::sessions_of(6),
            ..Wants::default()
        };
        let Some(mut stand) = Stand::when_asked(wants).await else {
            return;
        };
        stand.set("WORLDLOG__KAFKA__GROUP_PROTOCOL", protocol);
        stand.set("WORLDLOG__KAFKA__SESSION_TIMEOUT", "6s");
        let gateway = gateway(&stand).await;
        let workers = [
            worker(&stand, "first").start().await,
            worker(&stand, "second").start().await,
        ];
        shared_by(&[&workers[0], &workers[1]]).await;
        let mut dice = Dice::of_run(43);
        let stage = Stage::new();
        stage.enter(&gateway);
        let crowd = Crowd::strolling(&stage, &mut dice, Duration::from_millis(100));
        for turn in 0..2 * TURNS {
            let (sleeper, other) = (&workers[turn % 2], &workers[1 - turn % 2]);
            tokio::time::sleep(Duration::from_millis(dice.below(RUSH_MS_MAX))).await;
            sleeper.pause();
            owns_all(other).await;
            let before = crowd.accepted();
            while crowd.accepted() < before + EVENTS_MEANWHILE {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            reads_its_writes(&gateway, &format!("6{turn},60")).await;
            sleeper.resume();
            shared_by(&[&workers[0], &workers[1]]).await;
        }
        stage.end();
        let accepted = crowd.leave().await;
        accepted.is_told_among_others_by(&gateway).await;
        println!("{protocol}: {:?}", fold::is_kept_by(&stand).await);
        for program in workers.into_iter().chain([gateway]) {
            assert!(program.terminate().await.success());
        }
        stand.clear().await;
    }
}
