//! What the settings say against any message that arrives.

use super::*;

#[test]
fn a_disabled_trigger_and_a_missing_permission_are_told_at_once() {
    let mut harness = Harness::sent();
    let mut disabled = trigger("Disabled");
    disabled.state_reason = Some("USER_INITIATED".into());
    harness.topology.triggers = Some(vec![disabled]);
    let told = Cause::TriggerDisabled {
        uuid: "some-id".into(),
        state: "Disabled".into(),
        said: Some("USER_INITIATED".into()),
    };
    assert_eq!(harness.at_once(), [told]);
    // Of two it is enough that one invokes.
    for states in [["Disabled", "Enabled"], ["Enabled", "Disabled"]] {
        harness.topology.triggers = Some(states.map(trigger).to_vec());
        assert_eq!(harness.at_once(), []);
    }
    let said = "PROBLEM: The function's role does not have permission to call ReceiveMessage";
    harness.topology.triggers = Some(vec![Trigger {
        last_result: Some(said.into()),
        ..trigger("Enabled")
    }]);
    let told = Cause::TriggerFailing {
        uuid: "some-id".into(),
        said: said.into(),
        is_permission: true,
    };
    assert_eq!(harness.at_once(), [told]);
    harness.topology.triggers = Some(vec![Trigger {
        last_result: Some("No records processed".into()),
        ..trigger("Enabled")
    }]);
    assert_eq!(harness.at_once(), []);
}
