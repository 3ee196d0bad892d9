%% Erlang: a gen_server called across two nodes. `server PORT` serves one counter, `client PORT` obeys the commands of benchmarks/drivers.py.
%% The port only makes the nodes' names unique.
-module(counter_peer).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2]).

init(Value) -> {ok, Value}.

handle_call({incr, N, _Padding}, _From, Value) -> {reply, Value + N, Value + N}.

handle_cast(_Message, Value) -> {noreply, Value}.

main(["server", _Port]) ->
    {ok, _} = gen_server:start({local, counter}, ?MODULE, 0, []),
    io:format("READY~n"),
    receive stop -> ok end;
main(["client", Port]) ->
    Counter = {counter, list_to_atom("server" ++ Port ++ "@127.0.0.1")},
    _ = incr(Counter, 0),
    io:format("{\"ready\": true}~n"),
    obey(Counter, 0).

incr(Counter, N) -> gen_server:call(Counter, {incr, N, binary:copy(<<"x">>, 40)}).

now_us() -> erlang:monotonic_time(nanosecond) / 1000.

obey(Counter, Total) ->
    case io:get_line("") of
        eof -> halt(0);
        Line -> obey(Counter, Total + command(string:tokens(string:trim(Line), " "), Counter, Total))
    end.

command(["quit"], _Counter, _Total) ->
    halt(0);
command(["sequential", Seconds], Counter, _Total) ->
    Start = now_us(),
    Samples = lists:sort(sequential(Counter, Start, Start + number(Seconds) * 1.0e6, [])),
    Made = length(Samples),
    Took = (now_us() - Start) / 1.0e6,
    P50 = lists:nth(max(1, Made div 2), Samples),
    P99 = lists:nth(max(1, trunc(Made * 0.99)), Samples),
    io:format("{\"n\": ~w, \"seconds\": ~f, \"p50_us\": ~f, \"p99_us\": ~f}~n", [Made, Took, P50, P99]),
    Made;
command(["outstanding", Count, Seconds], Counter, _Total) ->
    Start = now_us(),
    End = Start + number(Seconds) * 1.0e6,
    Me = self(),
    [spawn_link(fun() -> Me ! {done, work(Counter, End, 0)} end) || _ <- lists:seq(1, list_to_integer(Count))],
    Made = lists:sum([receive {done, Some} -> Some end || _ <- lists:seq(1, list_to_integer(Count))]),
    io:format("{\"n\": ~w, \"seconds\": ~f}~n", [Made, (now_us() - Start) / 1.0e6]),
    Made;
command(["check"], Counter, Total) ->
    io:format("{\"total\": ~w, \"value\": ~w}~n", [Total, incr(Counter, 0)]),
    0.

sequential(Counter, Before, End, Samples) when Before < End ->
    _ = incr(Counter, 1),
    After = now_us(),
    sequential(Counter, After, End, [After - Before | Samples]);
sequential(_Counter, _Before, _End, Samples) ->
    Samples.

work(Counter, End, Made) ->
    case now_us() < End of
        true -> _ = incr(Counter, 1), work(Counter, End, Made + 1);
        false -> Made
    end.

number(Text) -> try list_to_float(Text) catch error:badarg -> float(list_to_integer(Text)) end.
