/* Lua: a program with tables and closures that lives on while the object moves. WebAssembly here has no way back out of nested calls
 * (setjmp), so an error of the program ends the member, and neither pcall nor coroutines catch it.
 * amino cc: --libc -I lua-src/lua-5.4.9 -D _SETJMP_H -D luai_jmpbuf=int -D "LUAI_TRY(L,c,a)={ a }"
 *   -D "LUAI_THROW(L,c)=({ extern void lua_failed(lua_State *); lua_failed(L); __builtin_unreachable(); })" lua-src/lua-5.4.9/l{api,auxlib,baselib,code,ctype,debug,do,dump,func,gc,lex,mathlib,mem,object,opcodes}.c
 *   lua-src/lua-5.4.9/l{parser,state,string,strlib,table,tablib,tm,undump,utf8lib,vm,zio}.c
 */
#include "amino.h"
#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"

static lua_State *state;

void lua_failed(lua_State *failed) { amino_raise("LuaError", lua_tostring(failed, -1)); }

static const char *call(const char *name) {
  lua_getglobal(state, name);
  lua_call(state, 0, 1);
  size_t size;
  const char *found = lua_tolstring(state, -1, &size);
  char *text = amino_reply_text(size);
  memcpy(text, found, size);
  lua_pop(state, 1);
  return text;
}

static const char PROGRAM[] =
    "local count, seen = 0, {}\n"
    "local Point = {} Point.__index = Point\n"
    "Point.__add = function(a, b) return setmetatable({x = a.x + b.x}, Point) end\n"
    "Point.__tostring = function(p) return 'point ' .. p.x end\n"
    "local sum = setmetatable({x = 1}, Point)\n"
    "function use()\n"
    "  local words = {}\n"
    "  for word in ('the quick brown fox'):gmatch('%a+') do words[#words + 1] = word:upper():reverse() end\n"
    "  table.sort(words)\n"
    "  return table.concat(words, ',') .. string.format(' %5.2f %q %d', math.pi, 'a\\nb', 7 // 2) .. ' ' .. 2^53 .. ' ' .. 10 / 4 .. ' ' .. (1 << 62)\n"
    "    .. ' ' .. tostring(sum + sum) .. ' ' .. utf8.char(228, 8364) .. ' ' .. #string.pack('i4z', 7, 'x') .. ' ' .. select('#', pcall(use and math.abs, -1)) .. _VERSION\n"
    "end\n"
    "function go_on()\n"
    "  count = count + 1\n"
    "  sum = sum + sum\n"
    "  seen[#seen + 1] = function() return count * #seen end\n"
    "  local all = {}\n"
    "  for i, f in ipairs(seen) do all[i] = f() + i end\n"
    "  collectgarbage()\n"
    "  return tostring(sum) .. ' ' .. table.concat(all, ' ') .. ' ' .. load('return ' .. count .. ' + 1')()\n"
    "end\n";

AMINO_CLASS(Program, "Runs a program in Lua.")

AMINO_MEMBER(const char *, use, (void), "Loads the program and calls its function `use`.") {
  static const luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base}, {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
                                       {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8}, {0, 0}};
  state = luaL_newstate();
  for (const luaL_Reg *each = libraries; each->func; each++) {
    luaL_requiref(state, each->name, each->func, 1);
    lua_pop(state, 1);
  }
  luaL_loadstring(state, PROGRAM);
  lua_call(state, 0, 0);
  return call("use");
}

AMINO_MEMBER(const char *, go_on, (void), "Calls its function `go_on`.") { return call("go_on"); }
