/**
 * The entry and its language: the given ones, else those that the name of the file says.
 * @param {string} source path of a file or folder
 * @param {{ language?: string, entry?: string }} said
 * @returns {Promise<{ language: string, entry: string }>}
 * @throws {ArtifactInvalid} neither says it
 */
export function languageAndEntry(source: string, { language, entry }: {
    language?: string;
    entry?: string;
}): Promise<{
    language: string;
    entry: string;
}>;
