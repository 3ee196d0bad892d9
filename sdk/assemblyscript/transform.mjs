// Makes the exports of docs/webassembly.md for the class that is marked with @amino, from its declaration.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const compiler = join(dirname(realpathSync(process.argv[1])), '..', 'dist', 'assemblyscript.js');
const { CommonFlags } = await import(pathToFileURL(compiler).href);

const RUNTIME = `
export function amino_allocate(size: u64): u64 { return aminoAllocate(size); }
export function amino_release(address: u64): void { aminoRelease(address); }
export function amino_end_call(): void { aminoEndCall(); }
export function amino_stack(): u32 { return aminoStack(); }
export function amino_unwind(top: u32): void { aminoUnwind(top); }
`;

const HOOKS = new Set(['amino_save', 'amino_load']);

const text = (node) => node.range.source.text.substring(node.range.start, node.range.end);
const quoted = (content) => JSON.stringify(content);
const marked = (node, name) => (node.decorators ?? []).some((each) => each.name.text === name);

/** The comment before a declaration, without its stars. */
function documentation(node) {
  const first = Math.min(node.range.start, ...(node.decorators ?? []).map((each) => each.range.start));
  const before = node.range.source.text.substring(0, first).replace(/(export|public)\s*$/, '');
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before);
  return comment === null ? '' : comment[1].split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trim()).join('\n').trim();
}

const returned = (method) => text(method.signature.returnType) || 'void';
const parameters = (method) => method.signature.parameters.map((each) => ({ name: each.name.text, type: text(each.type), optional: each.initializer !== null }));

function fail(node, what) {
  throw new Error(`${node.range.source.normalizedPath}: ${what}`);
}

/** How many arguments a call must give. */
function required(list) {
  let needed = list.length;
  while (needed > 0 && (list[needed - 1].optional || /\|\s*null$/.test(list[needed - 1].type))) needed--;
  return needed;
}

function description(flags, list, doc) {
  const needed = required(list);
  const names = list.map((each, index) => each.name + (index < needed ? '' : '?'));
  return quoted(`packed ${flags}\n(${names.join(', ')})\n${doc}`);
}

/** The arguments of a call with so many of them. */
const taken = (list) => list.map((each) => `a.next<${each.type}>(${quoted(each.name)})`).join(', ');

/** A statement for each number of arguments that a call may give: what was left out takes its default. */
function calls(list, statement) {
  const lines = [];
  for (let count = 0; count < list.length; count++) {
    if (list.slice(count).every((each) => each.optional)) lines.push(`  if (a.given <= ${count}) { ${statement(taken(list.slice(0, count)))} }`);
  }
  return [...lines, `  ${statement(taken(list))}`].join('\n');
}

function exported(name, list, flags, shown, doc, body) {
  return `
export function amino_member_${name}(): usize { return aminoDescription(${description(flags, list, doc)}); }
export function ${shown}(packed: usize): usize {
  const a = new AminoArguments(packed, ${quoted(body.member)});
${body.text}
}
`;
}

function constructorOf(found, owner) {
  const list = found === undefined ? [] : parameters(found);
  const made = (given) => `self = new ${owner}(${given}); return 0;`;
  return exported('amino_create', list, '', 'amino_create', '', { member: owner, text: calls(list, made) });
}

function method(node, owner) {
  const list = parameters(node);
  const name = node.name.text;
  const type = returned(node);
  const call = (given) => `object().${name}(${given})`;
  const statement = type === 'void' ? (given) => `${call(given)}; return 0;` : (given) => `return aminoReply<${type}>(${call(given)});`;
  const flags = marked(node, 'readOnly') ? 'read_only' : '';
  return exported(name, list, flags, `amino_call_${name}`, documentation(node), { member: `${owner}.${name}`, text: calls(list, statement) });
}

function property(getter, setter, owner) {
  const name = getter.name.text;
  const put = setter === undefined ? 'return 0;' : `object().${name} = a.next<${parameters(setter)[0].type}>("value"); return 0;`;
  const body = `  if (a.given == 0) return aminoReply<${returned(getter)}>(object().${name});\n  ${put}`;
  const flags = setter === undefined ? 'property' : 'property writable';
  return exported(name, [], flags, `amino_call_${name}`, documentation(getter), { member: `${owner}.${name}`, text: body });
}

function hooks(members, owner) {
  const save = members.find((each) => each.name.text === 'amino_save');
  const load = members.find((each) => each.name.text === 'amino_load');
  if (save === undefined || load === undefined) return '';
  return `
export function amino_save(): usize { return aminoReply<${returned(save)}>(object().amino_save()); }
export function amino_load(state: usize): void {
  if (self == null) self = new ${owner}();
  object().amino_load(aminoState<${parameters(load)[0].type}>(state));
}
`;
}

function glue(declared) {
  const owner = declared.name.text;
  if (!declared.is(CommonFlags.Export)) fail(declared, `class ${owner} is the object, so it must be exported`);
  const hidden = (each) => each.is(CommonFlags.Private) || each.is(CommonFlags.Protected) || each.is(CommonFlags.Static) || each.name.text.startsWith('_');
  const members = declared.members.filter((each) => each.signature !== undefined && !hidden(each));
  const plain = members.filter((each) => !HOOKS.has(each.name.text) && !each.is(CommonFlags.Constructor));
  const getters = plain.filter((each) => each.is(CommonFlags.Get));
  const setters = plain.filter((each) => each.is(CommonFlags.Set));
  const methods = plain.filter((each) => !each.is(CommonFlags.Get) && !each.is(CommonFlags.Set));
  const source = declared.range.source;
  return [
    `import { ${owner} } from "./${source.simplePath}";`,
    `let self: ${owner} | null = null;`,
    `function object(): ${owner} { return self as ${owner}; }`,
    `export function amino_class(): usize { return aminoDescription(${quoted(`${owner}\n${documentation(declared)}`)}); }`,
    RUNTIME,
    constructorOf(declared.members.find((each) => each.is(CommonFlags.Constructor)), owner),
    ...methods.map((each) => method(each, owner)),
    ...getters.map((each) => property(each, setters.find((setter) => setter.name.text === each.name.text), owner)),
    hooks(members, owner),
  ].join('\n');
}

export default class AminoTransform {
  afterParse(parser) {
    const declared = parser.sources
      .filter((source) => !source.isLibrary)
      .flatMap((source) => source.statements)
      .filter((statement) => statement.members !== undefined && marked(statement, 'amino'));
    if (declared.length !== 1) throw new Error(`one class must be marked with @amino, and ${declared.length} are`);
    const source = declared[0].range.source;
    parser.parseFile(glue(declared[0]), `${source.internalPath}.amino.ts`, true);
  }
}
