export default class Lehmer {
  static readOnly = ['run'];

  run(seed, steps) {
    let value = seed;
    for (let step = 0; step < steps; step += 1) {
      value = (value * 16807) % 2147483647;
    }
    return value;
  }
}
