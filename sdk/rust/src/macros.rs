//! Exports of the methods of a class.

/// Makes a class the object of the crate: `amino::object! { impl Counter { pub fn new() -> Self … pub fn incr(&mut self, n: i64) -> i64 … } }`.
#[macro_export]
macro_rules! object {
    ($(#[doc = $doc:expr])* impl $class:ident { $($body:tt)* }) => {
        impl $class { $($body)* }

        static AMINO_INSTANCE: $crate::runtime::Instance<$class> = $crate::runtime::Instance::new();

        const _: () = {
            #[export_name = "amino_class"]
            extern "C" fn class() -> *const u8 {
                $crate::runtime::class(stringify!($class), &[$($doc),*])
            }
            #[export_name = "amino_allocate"]
            extern "C" fn allocate(size: u64) -> u64 {
                $crate::runtime::allocate(size)
            }
            #[export_name = "amino_release"]
            extern "C" fn release(address: u64) {
                $crate::runtime::release(address)
            }
            #[export_name = "amino_end_call"]
            extern "C" fn end_call() {
                AMINO_INSTANCE.rest();
                $crate::runtime::end_call()
            }
        };

        $crate::members! { $class; $($body)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! members {
    ($class:ident;) => {};
    ($class:ident; $(#[doc = $doc:expr])* pub fn new($($p:ident: $t:ty),* $(,)?) -> $r:ty $body:block $($rest:tt)*) => {
        const _: () = {
            #[export_name = "amino_member_amino_create"]
            extern "C" fn describe() -> *const u8 {
                $crate::runtime::describe("", &[$((stringify!($p), <$t as $crate::Value>::OPTIONAL)),*], &[$($doc),*])
            }
            #[export_name = "amino_create"]
            extern "C" fn create(packed: *const u8) -> *const u8 {
                $crate::runtime::prepare();
                let mut arguments = $crate::runtime::Arguments::new(unsafe { $crate::runtime::content(packed) }, stringify!($class));
                $(let $p: $t = arguments.take(stringify!($p));)*
                let _ = &mut arguments;
                AMINO_INSTANCE.put($class::new($($p),*));
                std::ptr::null()
            }
        };
        $crate::members! { $class; $($rest)* }
    };
    ($class:ident; $(#[doc = $doc:expr])* pub fn amino_save(&self) -> $r:ty $body:block $($rest:tt)*) => {
        const _: () = {
            #[export_name = "amino_save"]
            extern "C" fn save() -> *const u8 {
                AMINO_INSTANCE.read("amino_save", |object| $crate::runtime::reply(&object.amino_save()))
            }
        };
        $crate::members! { $class; $($rest)* }
    };
    ($class:ident; $(#[doc = $doc:expr])* pub fn amino_load($p:ident: $t:ty) -> $r:ty $body:block $($rest:tt)*) => {
        const _: () = {
            #[export_name = "amino_load"]
            extern "C" fn load(state: *const u8) {
                $crate::runtime::prepare();
                let saved = $crate::Any::encoded(unsafe { $crate::runtime::content(state) }.to_vec());
                AMINO_INSTANCE.put($class::amino_load(saved.get()));
            }
        };
        $crate::members! { $class; $($rest)* }
    };
    ($class:ident; $(#[doc = $doc:expr])* pub fn $name:ident(&mut self $(, $p:ident: $t:ty)* $(,)?) $(-> $r:ty)? $body:block $($rest:tt)*) => {
        $crate::member! { $class $name change "" [$($p: $t),*] [$($doc),*] }
        $crate::members! { $class; $($rest)* }
    };
    ($class:ident; $(#[doc = $doc:expr])* pub fn $name:ident(&self $(, $p:ident: $t:ty)* $(,)?) $(-> $r:ty)? $body:block $($rest:tt)*) => {
        $crate::member! { $class $name read "read_only" [$($p: $t),*] [$($doc),*] }
        $crate::members! { $class; $($rest)* }
    };
    ($class:ident; $(#[doc = $doc:expr])* fn $name:ident $parameters:tt $(-> $r:ty)? $body:block $($rest:tt)*) => {
        $crate::members! { $class; $($rest)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! member {
    ($class:ident $name:ident $how:ident $flags:literal [$($p:ident: $t:ty),*] [$($doc:expr),*]) => {
        const _: () = {
            #[export_name = concat!("amino_member_", stringify!($name))]
            extern "C" fn describe() -> *const u8 {
                $crate::runtime::describe($flags, &[$((stringify!($p), <$t as $crate::Value>::OPTIONAL)),*], &[$($doc),*])
            }
            #[export_name = concat!("amino_call_", stringify!($name))]
            extern "C" fn call(packed: *const u8) -> *const u8 {
                const MEMBER: &str = concat!(stringify!($class), ".", stringify!($name));
                let mut arguments = $crate::runtime::Arguments::new(unsafe { $crate::runtime::content(packed) }, MEMBER);
                $(let $p: $t = arguments.take(stringify!($p));)*
                let _ = &mut arguments;
                $crate::runtime::reply(&AMINO_INSTANCE.$how(MEMBER, |object| object.$name($($p),*)))
            }
        };
    };
}

/// Lets values of a class travel under its name, as a map of its fields: `amino::value! { struct Point { x: f64, y: f64 } }`.
#[macro_export]
macro_rules! value {
    ($(#[$meta:meta])* $seen:vis struct $class:ident { $($shown:vis $field:ident: $t:ty),* $(,)? }) => {
        $(#[$meta])*
        $seen struct $class { $($shown $field: $t),* }

        impl $crate::Value for $class {
            const KEEPS_NAME: bool = true;

            fn read(from: &mut $crate::Reader) -> Self {
                $(let mut $field: Option<$t> = None;)*
                for _ in 0..from.fields(stringify!($class)) {
                    let key = <String as $crate::Value>::resolved(from);
                    match key.as_str() {
                        $(stringify!($field) => $field = Some(<$t as $crate::Value>::resolved(from)),)*
                        _ => from.skip(),
                    }
                }
                $class { $($field: $field.unwrap_or_else(|| from.refuse(concat!("lacks the field ", stringify!($field))))),* }
            }

            fn write(&self, to: &mut $crate::Writer) {
                let mut payload = $crate::Writer::new();
                payload.list(2);
                payload.text(stringify!($class));
                payload.map([$(stringify!($field)),*].len());
                $(
                    payload.text(stringify!($field));
                    $crate::Value::write(&self.$field, &mut payload);
                )*
                to.extension(9, payload);
            }
        }
    };
}
