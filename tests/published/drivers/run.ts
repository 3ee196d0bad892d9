// The members of an object in AssemblyScript as functions of its module, for run_module.mjs.
import { Main } from "./main";

const object = new Main();

export function use(): string { return object.use(); }

export function go_on(): string { return object.go_on(); }
