/* SQLite: a database in memory, with a transaction and a statement that are open while the object moves.
 * amino cc: --libc -I libsqlite3-sys/sqlite3 -D SQLITE_OS_OTHER=1 -D SQLITE_THREADSAFE=0 -D SQLITE_TEMP_STORE=3 -D SQLITE_OMIT_LOAD_EXTENSION
 *   -D SQLITE_ENABLE_FTS5 -D SQLITE_ENABLE_MATH_FUNCTIONS libsqlite3-sys/sqlite3/sqlite3.c libsqlite3-sys/sqlite3/wasm32-wasi-vfs.c
 */
#include "amino.h"
#include "sqlite3.h"
#include <stdio.h>

static sqlite3 *database;
static sqlite3_stmt *rows;

/* The first column of a query's rows, or what is wrong with it. */
static void add(char *text, size_t room, const char *query) {
  sqlite3_stmt *asked = 0;
  if (sqlite3_prepare_v2(database, query, -1, &asked, 0) != SQLITE_OK) {
    snprintf(text + strlen(text), room - strlen(text), "%s; ", sqlite3_errmsg(database));
    return;
  }
  while (sqlite3_step(asked) == SQLITE_ROW) snprintf(text + strlen(text), room - strlen(text), "%s; ", (const char *)sqlite3_column_text(asked, 0));
  sqlite3_finalize(asked);
}

AMINO_CLASS(Database, "Keeps tables.")

AMINO_MEMBER(const char *, use, (void), "Makes tables.") {
  sqlite3_open(":memory:", &database);
  sqlite3_exec(database,
               "create table item (id integer primary key, name text unique, price real);"
               "with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)"
               " insert into item (name, price) select 'item ' || i, i * 1.25 from n;"
               "create index price on item (price); create virtual table note using fts5 (body);"
               "insert into note values ('the quick brown fox'), ('a lazy dog'); begin; delete from item where id % 7 = 0",
               0, 0, 0);
  sqlite3_prepare_v2(database, "select name from item order by price desc", -1, &rows, 0);
  sqlite3_step(rows);
  char *text = amino_reply_text(2000);
  text[0] = 0;
  add(text, 2000, "select sqlite_version()");
  add(text, 2000, "select count(*) || ' ' || sum(price) || ' ' || avg(price) from item");
  add(text, 2000, "select json_group_array(json_object('n', name, 'p', price)) from (select * from item where price between 10 and 14)");
  add(text, 2000, "select body from note where note match 'quick NOT dog'");
  add(text, 2000, "select printf('%.10g %x %s', sqrt(2), 255, quote('it''s')) || upper(substr('abc', 2))");
  add(text, 2000, "select name, rank() over (order by price desc) from item limit 2");
  add(text, 2000, "select nothing from item");
  add(text, 2000, "insert into item (name) values ('item 1')");
  return text;
}

AMINO_MEMBER(const char *, go_on, (void), "Goes on with the open statement and the open transaction.") {
  sqlite3_step(rows);
  sqlite3_exec(database, "insert into item (name, price) select 'more ' || count(*), count(*) from item", 0, 0, 0);
  char *text = amino_reply_text(500);
  snprintf(text, 500, "%s; %lld; ", (const char *)sqlite3_column_text(rows, 0), (long long)sqlite3_last_insert_rowid(database));
  add(text, 500, "select count(*) || ' ' || max(name) from item");
  add(text, 500, "pragma integrity_check");
  return text;
}
