//! edactl against pipelines that others wrote, on an AWS that others wrote (ministack), from an
//! empty directory with nothing configured but region, credentials and endpoint.

mod support;

use support::{
    Ran, World,
    ministack::{Auth, Deployed, Ministack, Spec},
    sample,
};

/// Runs `edactl --producer NAME verify EVENT…` from an empty directory.
fn verify(ministack: &Ministack, world: &World, deployed: &Deployed, arguments: &[&str]) -> Ran {
    ministack
        .edactl(world)
        .args(["--producer", &deployed.producer, "verify", "-o", "json"])
        // ministack publishes no metrics of queues: there is nothing to wait for.
        .args(["--metrics-wait", "1s", "--timeout", "100s"])
        .args(arguments)
        .output()
        .expect("edactl runs")
        .into()
}

#[test]
fn a_python_pipeline_is_proven() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let world = World::new();
    let deployed = ministack.deploy(&Spec::new("seed"));
    verify(&ministack, &world, &deployed, &[&sample("basic.json")]).expect(0);
}
