// The loops over bytes that WebAssembly runs several times as fast as JavaScript.

export { endOfNotes, readObject } from './json'
export { findExponent, findText } from './search'
