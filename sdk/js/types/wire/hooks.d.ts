/** The classes that a program's values may have, beside those of docs/values.md: `connect(address, { values })`. */
export class ValueHooks {
    /**
     * @param {{ plain?: boolean }} [options] `plain`: values that would travel under a name leave in their plain form, and values of names that
     *   are neither registered nor of JavaScript's own library arrive in it (a decimal as a string). Registered classes travel as registered.
     */
    constructor({ plain }?: {
        plain?: boolean;
    });
    /**
     * Says how values of a class travel. Every program that shall get the class registers it under the same name.
     * @param {Function} kind the class
     * @param {ValueHook} [hook]
     * @returns {this}
     * @throws {ArgumentInvalid} the name is taken, or begins with `amino.`
     */
    register(kind: Function, { name, save, load, plain }?: ValueHook): this;
    /**
     * @param {object} value of no other kind
     * @returns {{ name: string | null, value: unknown } | null} what travels (without a name: its plain form); null when it cannot
     * @throws {Unwritable} the hook failed
     */
    outgoing(value: object): {
        name: string | null;
        value: unknown;
    } | null;
    /**
     * @param {string} name
     * @param {unknown} value
     * @returns {unknown} what the program gets
     * @throws {ValueInvalid} the hook failed
     */
    incoming(name: string, value: unknown): unknown;
    #private;
}
/** Hooks of a program that has none. Nobody registers anything here. */
export const NO_HOOKS: ValueHooks;
/**
 * how values of one class travel
 */
export type ValueHook = {
    /**
     * under which they travel; without it, the class's own
     */
    name?: string | undefined;
    /**
     * makes what travels of a value; without it, an object of its own fields
     */
    save?: ((value: any) => unknown) | undefined;
    /**
     * makes a value of what `save` made; without it and `save`, a value with those fields
     */
    load?: ((saved: any) => unknown) | undefined;
    /**
     * they leave as what `save` made, without a name, and do not come back as the class
     */
    plain?: boolean | undefined;
};
export type Hook = Required<Pick<ValueHook, "save" | "load">> & {
    name: string | null;
};
