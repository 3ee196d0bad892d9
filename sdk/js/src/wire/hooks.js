import { ArgumentInvalid, ValueInvalid } from '../errors/tree.js';
import { Named } from './named.js';
import { nativeOfNamed, nativeToNamed } from './natives.js';
import { Unwritable } from './unwritable.js';

/**
 * @typedef {object} ValueHook how values of one class travel
 * @property {string} [name] under which they travel; without it, the class's own
 * @property {(value: any) => unknown} [save] makes what travels of a value; without it, an object of its own fields
 * @property {(saved: any) => unknown} [load] makes a value of what `save` made; without it and `save`, a value with those fields
 * @property {boolean} [plain] they leave as what `save` made, without a name, and do not come back as the class
 */

/** @typedef {Required<Pick<ValueHook, 'save' | 'load'>> & { name: string | null }} Hook */

/** How the standard names begin. */
const RESERVED = 'amino.';

/** The classes that a program's values may have, beside those of docs/values.md: `connect(address, { values })`. */
export class ValueHooks {
  /** @type {Map<unknown, Hook>} */
  #byClass = new Map();
  /** @type {Map<string, Hook>} */
  #byName = new Map();
  #plain;

  /**
   * @param {{ plain?: boolean }} [options] `plain`: values that would travel under a name leave in their plain form, and values of names that
   *   are neither registered nor of JavaScript's own library arrive in it (a decimal as a string). Registered classes travel as registered.
   */
  constructor({ plain = false } = {}) {
    this.#plain = plain;
  }

  /**
   * Says how values of a class travel. Every program that shall get the class registers it under the same name.
   * @param {Function} kind the class
   * @param {ValueHook} [hook]
   * @returns {this}
   * @throws {ArgumentInvalid} the name is taken, or begins with `amino.`
   */
  register(kind, { name = kind.name, save, load, plain = false } = {}) {
    if (name === '' || name.startsWith(RESERVED)) {
      const why = `is empty, or begins with \`${RESERVED}\`, which standard names do; give another`;
      throw new ArgumentInvalid(`the name ${JSON.stringify(name)} of ${kind.name} ${why}`);
    }
    if (!plain && this.#byName.has(name)) {
      throw new ArgumentInvalid(`two classes are registered under the name ${JSON.stringify(name)}; give one of them another name`);
    }
    if (!load && save && !plain) throw new ArgumentInvalid(`the class ${kind.name} has a hook \`save\` and none to \`load\` what it makes; give both`);
    const prototype = /** @type {object} */ (kind.prototype);
    /** @type {Hook} */
    const hook = {
      name: plain ? null : name,
      save: save ?? ((value) => ({ ...value })),
      load: load ?? ((fields) => Object.assign(/** @type {object} */ (Object.create(prototype)), fields)),
    };
    this.#byClass.set(kind, hook);
    if (!plain) this.#byName.set(name, hook);
    return this;
  }

  /**
   * @param {object} value of no other kind
   * @returns {{ name: string | null, value: unknown } | null} what travels (without a name: its plain form); null when it cannot
   * @throws {Unwritable} the hook failed
   */
  outgoing(value) {
    const hook = this.#byClass.get(/** @type {{ constructor?: unknown }} */ (value).constructor);
    if (hook) return { name: hook.name, value: saved(hook, value) };
    const named = value instanceof Named ? value : nativeToNamed(value);
    return named && this.#plain ? { name: null, value: named.value } : named;
  }

  /**
   * @param {string} name
   * @param {unknown} value
   * @returns {unknown} what the program gets
   * @throws {ValueInvalid} the hook failed
   */
  incoming(name, value) {
    const hook = this.#byName.get(name);
    if (!hook) {
      const found = nativeOfNamed(new Named(name, value));
      return this.#plain && found instanceof Named ? value : found;
    }
    try {
      return hook.load(value);
    } catch (error) {
      throw new ValueInvalid(`the hook \`load\` of ${name} threw ${String(error)}`);
    }
  }
}

/** Hooks of a program that has none. Nobody registers anything here. */
export const NO_HOOKS = new ValueHooks();

/**
 * @param {Hook} hook
 * @param {object} value
 */
function saved(hook, value) {
  try {
    return hook.save(value);
  } catch (error) {
    throw new Unwritable(`the hook \`save\` of ${value.constructor.name} threw ${String(error)}`);
  }
}
