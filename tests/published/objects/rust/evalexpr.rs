// evalexpr: compiled expressions over a context with variables and functions; a function of the context holds a counter that all copies share.
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::Arc;

use evalexpr::{build_operator_tree, eval, Context, EvalexprError, Function, HashMapContext, IterateVariablesContext, Node, Value};

pub struct Main {
    context: HashMapContext,
    tree: Node,
    calls: Arc<AtomicI64>,
}

fn counting(calls: &Arc<AtomicI64>) -> Function {
    let held = Arc::clone(calls);
    Function::new(move |argument| match argument {
        Value::Int(step) => Ok(Value::Int(held.fetch_add(*step, Ordering::SeqCst) + step)),
        other => Err(EvalexprError::expected_int(other.clone())),
    })
}

amino::object! {
    impl Main {
        pub fn new() -> Self {
            Main { context: HashMapContext::new(), tree: build_operator_tree("()").unwrap(), calls: Arc::new(AtomicI64::new(0)) }
        }

        pub fn begin(&mut self) -> String {
            use evalexpr::ContextWithMutableFunctions;
            use evalexpr::ContextWithMutableVariables;
            self.context.set_function("count".into(), counting(&self.calls)).unwrap();
            self.context.set_value("history".into(), Value::Tuple(vec![])).unwrap();
            self.context.set_value("ratio".into(), Value::Float(1.0 / 3.0)).unwrap();
            self.tree = build_operator_tree(
                "last = count(3) * 2; ratio = ratio * 1.5 + last % 7; history = (history, last); name = str::to_uppercase(\"ż\") + \"-\" + str::from(ratio)",
            )
            .unwrap();
            let mut out = String::new();
            for text in [
                "1 + 2 * 3 ^ 2", "10 / 4", "10 / 4.0", "7 % -3", "-2 ^ 2", "0.1 + 0.2", "1e-7 * 3", "min(4, 2.5, 8)", "len(\"łódź\")", "\"a\" + \"b\" == \"ab\"",
                "(1, \"two\", 3.5, true)", "math::sqrt(2)", "math::pow(2, 0.5)", "floor(-2.5)", "round(2.5)", "bitand(12, 10)", "shl(1, 40)", "if(3 > 2, \"yes\", \"no\")",
                "1 / 0", "9223372036854775807 + 1", "(1 + 2", "nobody + 1", "true && 1", "str::regex_matches(\"a\", \"b\")", "contains((1, 2), 2)",
            ] {
                match eval(text) {
                    Ok(value) => writeln!(out, "{} = {}", text, value).unwrap(),
                    Err(error) => writeln!(out, "{}: {}", text, error).unwrap(),
                }
            }
            write!(out, "{} {:?}", self.tree, self.tree.iter_variable_identifiers().collect::<Vec<_>>()).unwrap();
            out
        }

        pub fn go_on(&mut self) -> String {
            let copy = self.context.clone();
            let first = self.tree.eval_with_context_mut(&mut self.context);
            let other = copy.call_function("count", &Value::Int(10));
            let wrong = copy.call_function("count", &Value::Boolean(true)).unwrap_err();
            let mut names: Vec<_> = self.context.iter_variables().map(|(name, value)| format!("{}={}", name, value)).collect();
            names.sort();
            format!("{:?} {:?} {} {} {}", first, other, wrong, self.calls.load(Ordering::SeqCst), names.join(" "))
        }
    }
}
