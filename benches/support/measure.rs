//! What a process cost: CPU, wall time, peak memory. Read from `/proc`, so on Linux only.

use std::{
    fs,
    process::{Child, Command},
    time::{Duration, Instant},
};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// What a process cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub cpu: Duration,
    pub wall: Duration,
    pub peak_kib: u64,
}

/// The CPU time of a process so far, its threads included.
pub fn cpu(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name may hold blanks; what follows it does not.
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let mut fields = fields
        .split(' ')
        .skip(11)
        .map_while(|field| field.parse::<u64>().ok());
    let ticks = fields.next().unwrap_or_default() + fields.next().unwrap_or_default();
    // Linux counts in hundredths of a second wherever a user can see it.
    Duration::from_millis(ticks * 10)
}

/// The most memory that a process has had, in KiB.
pub fn peak_kib(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Cost {
    let began = Instant::now();
    let mut child = command.spawn().expect("a process");
    let mut peak = 0;
    while !has_ended(&child) {
        peak = peak_kib(child.id()).unwrap_or_default().max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    let wall = began.elapsed();
    let cpu = cpu(child.id());
    let status = child.wait().expect("a child");
    assert!(status.success(), "{command:?}: {status}");
    Cost {
        cpu,
        wall,
        peak_kib: peak,
    }
}

/// Whether a process has ended, which leaves its figures readable.
fn has_ended(child: &Child) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let id = id.expect("a process id");
    matches!(waitid(WaitId::Pid(id), options), Ok(Some(_)))
}
