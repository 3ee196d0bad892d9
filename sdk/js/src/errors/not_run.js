import { AminoError } from './tree.js';

/**
 * @param {unknown} error
 * @returns {unknown} the same error, of a call that is known not to have run
 */
export function notRun(error) {
  if (error instanceof AminoError) error.outcome = 'not_run';
  return error;
}
