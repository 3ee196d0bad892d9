// Versions and ranges, with an instance of the package's class in a field.
import semver from 'semver';

export default class Main {
  constructor() {
    this.version = new semver.SemVer('1.2.3-beta.4+build');
    this.range = new semver.Range('^1.2 || >2.0.0-0');
  }

  use() {
    const versions = ['1.2.9', '1.10.0', '2.0.0-rc.1', '2.0.0', '3.0.0-a'];
    return {
      newest: semver.maxSatisfying(versions, this.range), sorted: semver.rsort([...versions]), diff: semver.diff('1.2.3', '2.0.0-1'),
      coerced: semver.coerce('v3.4 beta').version, least: semver.minVersion('>1.2.3 <2').version, wrong: this.wrong(), kind: this.version.constructor.name,
    };
  }

  wrong() {
    try {
      return new semver.SemVer('1.2');
    } catch (error) {
      return [error.name, error.message];
    }
  }

  goOn() {
    this.version = this.version.inc('prerelease', 'beta');
    return { version: this.version.version, compared: this.version.compare('1.2.3'), inside: this.range.test('1.9.9'), range: this.range.range, same: this.version instanceof semver.SemVer };
  }
}
