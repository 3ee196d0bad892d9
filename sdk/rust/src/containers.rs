//! Lists, maps and sets of Rust's library.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use crate::reader::{Head, Reader, SET};
use crate::value::Value;
use crate::writer::Writer;

fn length(from: &mut Reader) -> usize {
    match from.next() {
        Head::List(length) => length,
        given => from.mismatch("a list", given),
    }
}

/// The length of a set; a list will do.
fn set_length(from: &mut Reader) -> usize {
    match from.peek() {
        Head::Extension(SET, _) => {
            from.next();
            length(from)
        }
        Head::List(_) => length(from),
        given => from.mismatch("a set", given),
    }
}

fn map_length(from: &mut Reader) -> usize {
    match from.next() {
        Head::Map(length) => length,
        given => from.mismatch("a map", given),
    }
}

fn write_list<'a, T: Value + 'a>(to: &mut Writer, length: usize, elements: impl Iterator<Item = &'a T>) {
    to.list(length);
    elements.for_each(|element| element.write(to));
}

fn write_set<'a, T: Value + 'a>(to: &mut Writer, length: usize, elements: impl Iterator<Item = &'a T>) {
    let mut payload = Writer::new();
    write_list(&mut payload, length, elements);
    to.extension(SET, payload);
}

fn write_map<'a, K: Value + 'a, V: Value + 'a>(to: &mut Writer, length: usize, entries: impl Iterator<Item = (&'a K, &'a V)>) {
    to.map(length);
    entries.for_each(|(key, value)| {
        key.write(to);
        value.write(to);
    });
}

macro_rules! lists {
    ($($class:ident)*) => {$(
        impl<T: Value> Value for $class<T> {
            fn read(from: &mut Reader) -> Self {
                (0..length(from)).map(|_| T::resolved(from)).collect()
            }

            fn write(&self, to: &mut Writer) {
                write_list(to, self.len(), self.iter());
            }
        }
    )*};
}

lists!(Vec VecDeque);

impl<T: Value, const N: usize> Value for [T; N] {
    fn read(from: &mut Reader) -> Self {
        match Vec::<T>::read(from).try_into() {
            Ok(array) => array,
            Err(_) => from.refuse(&format!("must be a list of {} elements", N)),
        }
    }

    fn write(&self, to: &mut Writer) {
        write_list(to, N, self.iter());
    }
}

impl<T: Value + Ord> Value for BTreeSet<T> {
    fn read(from: &mut Reader) -> Self {
        (0..set_length(from)).map(|_| T::resolved(from)).collect()
    }

    fn write(&self, to: &mut Writer) {
        write_set(to, self.len(), self.iter());
    }
}

impl<T: Value + Eq + Hash, S: BuildHasher + Default> Value for HashSet<T, S> {
    fn read(from: &mut Reader) -> Self {
        (0..set_length(from)).map(|_| T::resolved(from)).collect()
    }

    fn write(&self, to: &mut Writer) {
        write_set(to, self.len(), self.iter());
    }
}

impl<K: Value + Ord, V: Value> Value for BTreeMap<K, V> {
    fn read(from: &mut Reader) -> Self {
        (0..map_length(from)).map(|_| (K::resolved(from), V::resolved(from))).collect()
    }

    fn write(&self, to: &mut Writer) {
        write_map(to, self.len(), self.iter());
    }
}

impl<K: Value + Eq + Hash, V: Value, S: BuildHasher + Default> Value for HashMap<K, V, S> {
    fn read(from: &mut Reader) -> Self {
        (0..map_length(from)).map(|_| (K::resolved(from), V::resolved(from))).collect()
    }

    fn write(&self, to: &mut Writer) {
        write_map(to, self.len(), self.iter());
    }
}

macro_rules! tuples {
    ($(($count:literal $($class:ident $at:tt)*))*) => {$(
        impl<$($class: Value),*> Value for ($($class,)*) {
            fn read(from: &mut Reader) -> Self {
                if length(from) != $count {
                    from.refuse(concat!("must be a list of ", $count, " elements"));
                }
                ($($class::resolved(from),)*)
            }

            fn write(&self, to: &mut Writer) {
                to.list($count);
                $(self.$at.write(to);)*
            }
        }
    )*};
}

tuples!((1 A 0) (2 A 0 B 1) (3 A 0 B 1 C 2) (4 A 0 B 1 C 2 D 3) (5 A 0 B 1 C 2 D 3 E 4) (6 A 0 B 1 C 2 D 3 E 4 F 5));
