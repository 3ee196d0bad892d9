// Clocks and random numbers: those of the moment, or those of a call with fixed circumstances (docs/guests.md). What the
// collector decides is refused there. The functions stand here before any code of a guest can take them.
(function (host, amino) {
  'use strict';
  const { free, deref } = amino.builtins;
  const { Date: OwnDate, FinalizationRegistry, Intl, Math, Object, Reflect, WeakRef, performance } = globalThis;
  const { floor } = Math, { construct } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  // Functions of their own: nothing that a guest can ask for leads to `host`.
  const { fixedMillis, fixedNumber, fixedBytes, fixedRefusal, random } = host;
  const ownNow = OwnDate.now, ownRandom = Math.random, ownTime = free(performance.now);
  const textOf = free(OwnDate.prototype.toString), register = free(FinalizationRegistry.prototype.register);
  const unregister = free(FinalizationRegistry.prototype.unregister);
  let fixed = false;

  const now = () => floor(fixedMillis());

  function refuse(what) {
    amino.settle(fixedRefusal(what));
  }

  function DateHere(year, month, date, hours, minutes, seconds, ms) { // eslint-disable-line no-unused-vars
    if (new.target === undefined) return fixed ? textOf(new OwnDate(now())) : OwnDate();
    if (arguments.length > 1) return construct(OwnDate, arguments, new.target);
    if (new.target !== DateHere) return construct(OwnDate, arguments.length === 0 && fixed ? [now()] : arguments, new.target);
    if (arguments.length === 1) return new OwnDate(year);
    return fixed ? new OwnDate(now()) : new OwnDate();
  }

  /** Puts a function in the place of another, with its name and flags. */
  function replace(owner, name, value) {
    defineProperty(value, 'name', { value: name, configurable: true });
    defineProperty(owner, name, { ...getOwnPropertyDescriptor(owner, name), value });
  }

  for (const name of ['parse', 'UTC', 'prototype']) defineProperty(DateHere, name, getOwnPropertyDescriptor(OwnDate, name));
  defineProperty(DateHere, 'now', { value: { now() { return fixed ? now() : ownNow(); } }.now, writable: true, enumerable: false, configurable: true });
  replace(OwnDate.prototype, 'constructor', DateHere);
  replace(globalThis, 'Date', DateHere);
  replace(Math, 'random', { random() { return fixed ? fixedNumber() : ownRandom(); } }.random);
  defineProperty(performance, 'now', {
    value: { now() { return fixed ? fixedMillis() : ownTime(performance); } }.now, writable: true, enumerable: true, configurable: true,
  });

  const format = getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format');
  const formatOf = free(format.get), partsOf = free(Intl.DateTimeFormat.prototype.formatToParts);
  const moment = (date) => (fixed && date === undefined ? now() : date);
  defineProperty(Intl.DateTimeFormat.prototype, 'format', {
    ...format,
    get() {
      const bound = formatOf(this);
      return fixed ? (date) => bound(moment(date)) : bound;
    },
  });
  replace(Intl.DateTimeFormat.prototype, 'formatToParts', { formatToParts(date) { return partsOf(this, moment(date)); } }.formatToParts);

  replace(WeakRef.prototype, 'deref', {
    deref() {
      if (fixed) refuse('WeakRef.deref');
      return deref(this);
    },
  }.deref);
  replace(FinalizationRegistry.prototype, 'register', {
    register(...parts) {
      if (fixed) refuse('FinalizationRegistry.register');
      return register(this, ...parts);
    },
  }.register);
  replace(FinalizationRegistry.prototype, 'unregister', {
    unregister(token) {
      if (fixed) refuse('FinalizationRegistry.unregister');
      return unregister(this, token);
    },
  }.unregister);

  /** As many random bytes as one asks for, each as a character. */
  amino.randomBytes = (count) => (fixed ? fixedBytes(count) : random(count));
  amino.fix = (on) => { fixed = on; };
})
