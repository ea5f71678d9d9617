use super::*;

#[test]
fn the_best_telling_of_an_error_wins_in_any_order() {
    let word = Failure {
        is_summary: true,
        ..Failure::new("error")
    };
    let told = Failure::new("ValueError: no");
    for order in [[&word, &told], [&told, &word]] {
        let mut invocations = Invocations::default();
        let index = invocations.of_stream("s");
        invocations.say(index, InvocationStatus::Success, None);
        for error in order {
            invocations.suspect(index, error.clone());
        }
        assert_eq!(invocations.status(index), RunStatus::Succeeded);
        invocations.say(index, InvocationStatus::Error, None);
        invocations.say(index, InvocationStatus::Success, None);
        assert_eq!(invocations.failure(index), Some(&told));
        assert_eq!(invocations.status(index), RunStatus::Failed);
    }
}
