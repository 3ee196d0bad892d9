export default class Clerk {
  async transfer(source, target, amount, name) {
    try {
      await amino.transaction(async () => {
        await amino.get(source).async.note(-amount, name);
        await amino.get(target).async.note(amount, name);
      }, { timeout: 20, tries: 3 });
      return ['', 'ran'];
    } catch (error) {
      return [error.code, error.outcome];
    }
  }
}
