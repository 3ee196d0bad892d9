/**
 * A value of a class that this program does not know, as it travelled. It leaves as it came. `String(named)` is its text where it has one.
 */
export class Named {
    /**
     * @param {string} name of its class, such as `Point` or `amino.decimal`
     * @param {unknown} value what the class was saved as; often an object of its fields, or a string
     */
    constructor(name: string, value: unknown);
    /** @readonly */
    readonly name: string;
    /** @readonly */
    readonly value: unknown;
    /** @returns {string} */
    toString(): string;
    /** @returns {unknown} its plain form */
    toJSON(): unknown;
}
