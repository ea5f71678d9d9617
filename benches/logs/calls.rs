//! How many calls of `FilterLogEvents` a dump and a look at the last lines take. Their number per
//! second is a quota that cannot be raised.

use std::{fs::File, path::Path, process::Stdio, time::Duration};

use crate::{
    Server, edactl, measure, median,
    server::{Behaviour, Calls},
    this,
};

/// Lines of a dump.
const LINES: usize = 100_000;
/// Lines of a big group.
const MANY: usize = 1_000_000;
const DUMPS: u32 = 10;
/// How long a page takes.
const PAGE: Duration = Duration::from_millis(40);

/// A dump, under the smallest and the largest quota that a region has, and without one.
pub fn dump() {
    println!("dump of {LINES} lines (goal: 14 calls and 0.06 s of CPU; limit: 11 and 0.037)");
    for quota in [Some(5), Some(25), None] {
        let behaviour = Behaviour { delay: PAGE, quota };
        let server = Server::history(LINES, behaviour);
        let home = tempfile::tempdir().expect("a directory");
        let (mut costs, mut floor) = (Vec::new(), Duration::ZERO);
        let mut most = Calls::default();
        for run in 0..DUMPS {
            let before = server.calls();
            let file = home.path().join("lines");
            let mut command = edactl(&server.url, home.path());
            if let Some(quota) = quota {
                command.env("EDACTL_LOG_READS_PER_SECOND", quota.to_string());
            }
            if run == 0 {
                // Whether it is whole.
                command.stdout(File::create(&file).expect("a file"));
            } else {
                command.stdout(Stdio::null());
            }
            costs.push(measure::run(&mut command));
            if run == 0 {
                assert_eq!(lines(&file), LINES, "lines of edactl");
            }
            let calls = since(server.calls(), before);
            if quota.is_none() {
                floor += measure::run(&mut this(&["floor", &server.url])).cpu;
            }
            if calls.answered > most.answered {
                most = calls;
            }
        }
        // The system counts CPU in hundredths of a second: only many runs tell more.
        let cpu: Duration = costs.iter().map(|cost| cost.cpu).sum();
        let cost = median(&costs);
        let limited = quota.map_or("no quota".to_owned(), |quota| format!("{quota} calls/s"));
        println!(
            "  {limited:11}  {} calls ({} refused, {} events read)  CPU {:.3} s  wall {:.2} s",
            most.answered,
            most.refused,
            most.events,
            cpu.as_secs_f64() / f64::from(DUMPS),
            cost.wall.as_secs_f64(),
        );
        if quota.is_none() {
            let floor = floor.as_secs_f64() / f64::from(DUMPS);
            println!("  the same pages, parsed and thrown away: CPU {floor:.3} s");
        }
    }
}

/// The last lines of a big group.
pub fn tail() {
    let behaviour = Behaviour {
        delay: PAGE,
        quota: Some(5),
    };
    let server = Server::history(MANY, behaviour);
    let home = tempfile::tempdir().expect("a directory");
    println!("tail of a group of {MANY} lines (goal: 6 calls; limit: 1)");
    for count in ["20", "1000"] {
        let before = server.calls();
        let file = home.path().join("lines");
        let mut command = edactl(&server.url, home.path());
        command
            .env("EDACTL_LOG_READS_PER_SECOND", "5")
            .args(["--tail", count])
            .stdout(File::create(&file).expect("a file"));
        let cost = measure::run(&mut command);
        assert_eq!(lines(&file).to_string(), count, "lines of edactl");
        let calls = since(server.calls(), before);
        println!(
            "  --tail {count:5} {} calls ({} refused, {} events read)  CPU {:.3} s  wall {:.2} s",
            calls.answered,
            calls.refused,
            calls.events,
            cost.cpu.as_secs_f64(),
            cost.wall.as_secs_f64(),
        );
    }
}

fn lines(file: &Path) -> usize {
    let text = std::fs::read(file).expect("a file");
    memchr::memchr_iter(b'\n', &text).count()
}

fn since(now: Calls, before: Calls) -> Calls {
    Calls {
        answered: now.answered - before.answered,
        refused: now.refused - before.refused,
        events: now.events - before.events,
    }
}
