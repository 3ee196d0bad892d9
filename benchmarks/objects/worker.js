export default class Worker {
  static readOnly = ['run'];

  constructor() {
    this.value = 0;
  }

  incr(n, padding) {
    this.value += n;
    return this.value;
  }

  run(seed, steps) {
    let value = seed;
    for (let step = 0; step < steps; step += 1) {
      value = (value * 16807) % 2147483647;
    }
    return value;
  }
}
