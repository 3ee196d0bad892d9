// Reads states of the format `values`, which checkpoints of earlier versions hold: the fields, and marks that say what
// plain values cannot. A mark is [path, kind, detail]; a path leads from the fields through keys and positions.
(function (host, amino) {
  'use strict';

  function parentOf(fields, path) {
    let at = fields;
    for (const part of path.slice(0, -1)) at = step(at, part);
    return at;
  }

  function step(at, part) {
    if (at instanceof Map) return typeof part === 'string' && at.has(part) ? at.get(part) : [...at.values()][part];
    return at instanceof Set ? [...at][part] : at[part];
  }

  function replace(fields, path, value) {
    const parent = parentOf(fields, path);
    const part = path.at(-1);
    if (parent instanceof Map) parent.set(typeof part === 'string' && parent.has(part) ? part : [...parent.keys()][part], value);
    else if (parent instanceof Set) {
      const items = [...parent];
      items[part] = value;
      parent.clear();
      for (const item of items) parent.add(item);
    } else Object.defineProperty(parent, part, { value, writable: true, enumerable: true, configurable: true });
  }

  const reach = (fields, path) => path.reduce(step, fields);

  function viewOf(name, bytes) {
    const buffer = bytes.slice().buffer;
    return name === 'ArrayBuffer' ? buffer : new globalThis[name](buffer);
  }

  function apply(fields, path, kind, detail, byName) {
    if (kind === 'class') Object.setPrototypeOf(reach(fields, path), byName(detail).prototype);
    else if (kind === 'undefined') replace(fields, path, undefined);
    else if (kind === 'bigint') replace(fields, path, BigInt(reach(fields, path)));
    else if (kind === 'function') replace(fields, path, byName(detail));
    else if (kind === 'view') replace(fields, path, viewOf(detail, reach(fields, path)));
    else if (kind === 'regexp') replace(fields, path, Object.assign(new RegExp(detail[0], detail[1]), { lastIndex: detail[2] }));
    else if (kind === 'invalid date') replace(fields, path, new Date(NaN));
    else if (kind === 'named map') reach(fields, path).delete(null);
    else if (kind === 'same') replace(fields, path, reach(fields, detail));
  }

  /** The instance that the fields and marks describe. */
  amino.restoreValues = (data, byName) => {
    const { cls, table } = amino.offered();
    const instance = data.fields;
    for (const [path, kind, detail] of data.marks ?? []) apply(instance, path, kind, detail, byName);
    if (cls) Object.setPrototypeOf(instance, cls.prototype);
    else Object.assign(instance, table);
    return instance;
  };
})
