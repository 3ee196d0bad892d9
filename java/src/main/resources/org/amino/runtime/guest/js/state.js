// The state of an instance (docs/bridge.md, `snapshot`): what its own hooks make of it, or the graph of all objects
// that it holds.
(function (host, amino) {
  'use strict';
  const { PrivateSet, bufferOf, part, copyOfBytes } = amino.builtins;
  const { Capture, className, HOOKS } = amino.graph;
  const BYTES = 5;
  /** Kinds and classes that came back right in this context. */
  const proved = new PrivateSet();

  const answers = host.learn(new amino.Identity({}, ''));

  /** The functions of a module share its variables, which are no part of the object that they are. */
  let variables;
  function loseVariables(capture) {
    const { table, path } = amino.offered();
    if (table === undefined) return;
    variables ??= host.variables(path, amino.isModule(path, host.read(path)));
    for (let i = 0; i < variables.length; i++) {
      capture.lose(`module variable ${variables[i]}`, 'variable', 'it is no part of the object', 'export a class, and keep it in a field');
    }
  }

  /** `[format, tree, lost]`. */
  function snapshot(instance) {
    if (typeof instance.amino_save === 'function' && typeof instance.amino_load === 'function') {
      return ['hooks', amino.flatten(instance.amino_save(), 'state'), []];
    }
    const capture = new Capture(instance);
    if (!answers) {
      const remedy = `put its jars on the class path of the JVM, or ${HOOKS}`;
      capture.lose('this', className(instance), 'the engine does not show what objects hold', remedy);
      return ['graph', null, capture.lost];
    }
    capture.run();
    const out = capture.bytes();
    if (capture.lost.length === 0) prove(instance, capture, out);
    loseVariables(capture);
    return ['graph', [BYTES, bufferOf(out.bytes), 0, out.at], capture.lost];
  }

  /**
   * A class that this context has never restored is restored once before the first answer: what cannot be restored is
   * no state.
   */
  function prove(instance, capture, out) {
    let known = true;
    capture.proofs.forEach((proof) => { known &&= proved.has(proof); });
    if (known) return;
    let why = 'a trial showed that it would come back different';
    try {
      const again = new Capture(amino.graph.restore(copyOfBytes(part(out.bytes, 0, out.at))), true).run();
      if (again.lost.length === 0 && isSame(new Capture(instance, true).run().bytes(), again.bytes())) {
        capture.proofs.forEach((proof) => proved.add(proof));
        return;
      }
    } catch (error) {
      why = `a trial showed that it could not come back: ${String(error?.message)}`;
    }
    capture.lose('this', className(instance), why, HOOKS);
  }

  function isSame(a, b) {
    if (a.at !== b.at) return false;
    for (let i = 0; i < a.at; i++) if (a.bytes[i] !== b.bytes[i]) return false;
    return true;
  }

  /**
   * An instance with the fields that a snapshot holds. Its constructor does not run, unless the state came from
   * `amino_save`.
   */
  function restore(id, format, data) {
    const { cls, table } = amino.offered();
    let instance;
    if (format === 'hooks') {
      instance = cls ? amino.construct(cls) : Object.assign({}, table);
      amino.Identity.change(instance, id);
      instance.amino_load(data);
      return instance;
    }
    if (format === 'graph') instance = amino.graph.restore(data);
    else if (format === 'values') instance = amino.restoreValues(data, (name) => amino.graph.names().find(name));
    else throw amino.invalid(`a state of format ${format} cannot be restored in JavaScript`);
    amino.Identity.change(instance, id);
    return instance;
  }

  const { offer } = amino;
  /** Names of what modules offer are taken before a call can change it. */
  amino.offer = (exports, top, className, path) => {
    const described = offer(exports, top, className, path);
    amino.graph.names();
    return described;
  };

  Object.assign(amino, { snapshot, restore });
})
