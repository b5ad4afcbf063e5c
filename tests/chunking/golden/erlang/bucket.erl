-module(bucket).
-behaviour(gen_server).
-export([start_link/1, take/2]).

-record(state, {tokens = 0, limit}).

-define(INTERVAL, 1000).

%% @doc Starts a bucket of tokens.
-spec start_link(integer()) -> {ok, pid()}.
start_link(Limit) ->
    gen_server:start_link(?MODULE, Limit, []).

take(Bucket, Count) ->
    gen_server:call(Bucket, {take, Count}).

handle_call({take, Count}, _From, State = #state{tokens = Tokens})
  when Count =< Tokens ->
    {reply, ok, State#state{tokens = Tokens - Count}};
handle_call({take, _}, _From, State) ->
    {reply, empty, State}.

handle_info(tick, State) ->
    erlang:send_after(?INTERVAL, self(), tick),
    {noreply, State#state{tokens = State#state.limit}}.
