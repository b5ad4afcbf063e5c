defmodule Metrics.Counter do
  @moduledoc """
  Counts events, one process for each counter.
  """
  use GenServer

  @timeout 5_000

  defstruct name: nil, value: 0

  @doc """
  Starts a counter.
  """
  @spec start_link(keyword) :: GenServer.on_start()
  def start_link(opts) do
    GenServer.start_link(__MODULE__, opts, name: opts[:name])
  end

  @doc "Adds to the counter."
  def increment(counter, by \\ 1) do
    GenServer.cast(counter, {:increment, by})
  end

  @impl true
  def handle_call(:value, _from, state) do
    {:reply, state.value, state}
  end

  def handle_call(:reset, _from, state) do
    {:reply, :ok, %{state | value: 0}}
  end

  defp clamp(value) when value < 0, do: 0
  defp clamp(value), do: value

  defmacro counted(do: block) do
    quote do
      unquote(block)
    end
  end
end

defprotocol Metrics.Export do
  def export(counter)
end
