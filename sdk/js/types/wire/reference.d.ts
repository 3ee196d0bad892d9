/** The value that travels for an object that stays where it is: its id, and a guess where that is. */
export class Reference {
    /**
     * @param {string} id the object's global id
     * @param {string | null} [className] its class, if known
     * @param {number} [epoch] of the location
     * @param {string | null} [address] where it was at that epoch
     */
    constructor(id: string, className?: string | null, epoch?: number, address?: string | null);
    /** @readonly */
    readonly id: string;
    /** @readonly */
    readonly className: string | null;
    /** @readonly */
    readonly epoch: number;
    /** @readonly */
    readonly address: string | null;
    /** @returns {string} */
    toString(): string;
}
