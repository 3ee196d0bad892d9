// Prints the operations of this SDK as JSON: by name, the parameters that stand in order and the options, read from the published types;
// and the fields of its descriptions.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../types/index.d.ts', import.meta.url));
const program = ts.createProgram([root], {
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
});
const checker = program.getTypeChecker();
const source = /** @type {ts.SourceFile} */ (program.getSourceFile(root));
const module = /** @type {ts.Symbol} */ (checker.getSymbolAtLocation(source));
const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));

/**
 * An options object is a parameter that is taken apart at once, or is called so.
 * @param {ts.ParameterDeclaration} declaration
 */
function isOptions(declaration) {
  return ts.isObjectBindingPattern(declaration.name) || declaration.name.getText() === 'options';
}

/** @param {ts.Type} type */
function propertiesOf(type) {
  return checker.getNonNullableType(type).getProperties().map((property) => property.name);
}

/** @param {ts.Signature} signature */
function describe(signature) {
  const positional = [];
  const options = [];
  for (const parameter of signature.getParameters()) {
    const declaration = /** @type {ts.ParameterDeclaration} */ (parameter.valueDeclaration);
    if (isOptions(declaration)) options.push(...propertiesOf(checker.getTypeOfSymbol(parameter)));
    else positional.push(`${declaration.dotDotDotToken ? '*' : ''}${declaration.name.getText()}`);
  }
  return { positional, options };
}

/** @param {string} name */
function aliased(name) {
  const symbol = /** @type {ts.Symbol} */ (exported.get(name));
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** @type {Record<string, object>} */
const operations = {};
for (const name of ['connect', 'referenceOf', 'call']) {
  operations[name] = describe(/** @type {ts.Signature} */ (checker.getTypeOfSymbol(aliased(name)).getCallSignatures()[0]));
}
for (const member of checker.getDeclaredTypeOfSymbol(aliased('Client')).getProperties()) {
  const [signature] = checker.getTypeOfSymbol(member).getCallSignatures();
  const internal = member.getJsDocTags().some((tag) => tag.name === 'internal');
  if (signature && !internal && !member.name.startsWith('__')) operations[`client.${member.name}`] = describe(signature);
}
const options = checker.getDeclaredTypeOfSymbol(aliased('CallOptions')).getProperties();
operations['stub.withOptions'] = { positional: [], options: options.map((option) => option.name) };
/** @type {Record<string, string[]>} */
const descriptions = {};
for (const name of exported.keys()) {
  if (/(Description|Event|LogLine)$/.test(name)) descriptions[name] = propertiesOf(checker.getDeclaredTypeOfSymbol(aliased(name)));
}
process.stdout.write(JSON.stringify({ operations, descriptions }));
