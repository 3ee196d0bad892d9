import { micromark } from 'micromark';
import semver from 'semver';

export default class Text {
  html(markdown) {
    return micromark(markdown);
  }

  newest(versions, range) {
    return semver.maxSatisfying(versions, range);
  }
}
