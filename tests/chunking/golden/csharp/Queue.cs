using System;
using System.Collections.Generic;

namespace Example.Messaging
{
    /// <summary>A queue that blocks while it is empty.</summary>
    public class BlockingQueue<T> : IDisposable
    {
        private readonly Queue<T> items = new();

        public int Count => items.Count;

        public BlockingQueue(int capacity)
        {
            Capacity = capacity;
        }

        [MethodImpl(MethodImplOptions.Synchronized)]
        public async Task<T> TakeAsync(CancellationToken token)
        {
            await signal.WaitAsync(token);
            return items.Dequeue();
        }

        public int Capacity
        {
            get;
            private set;
        }

        public void Dispose() => signal.Dispose();
    }

    public interface IHandler<in T>
    {
        Task HandleAsync(T message);
    }

    public record Message(Guid Id, string Body);

    public struct Stamp
    {
        public long Ticks;
    }

    enum Priority { Low, High }
}
