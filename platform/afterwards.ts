/**
 * Goes on with a value at once, or with a promise's when it is there: unlike `await`, which puts even what is known
 * already off to a later turn, at the price of a promise.
 */
export function afterwards<Value, Result>(
  value: Value | Promise<Value>,
  then: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(then) : then(value);
}
