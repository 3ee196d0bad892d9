/** Why a value cannot be written; `path` grows while the call stack unwinds, so that nothing is paid for it when all is well. */
export class Unwritable extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.path = '';
  }
}

/** The value is larger than what its writer may hold. */
export class TooLarge extends Unwritable {
  /** @param {number} limit bytes */
  constructor(limit) {
    super(`larger than the limit of ${limit} bytes; send it in parts`);
  }
}

/**
 * @param {unknown} error
 * @param {string} segment of the path, put in front
 * @returns {unknown} the same error
 */
export function located(error, segment) {
  if (error instanceof Unwritable) error.path = segment + error.path;
  return error;
}

/**
 * @param {string} key
 * @returns {string} `.name`, or `["any other text"]`
 */
export function propertyPath(key) {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
