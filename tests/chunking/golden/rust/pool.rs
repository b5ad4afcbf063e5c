//! A pool of connections.

use std::collections::VecDeque;
use std::sync::Mutex;

const MAX: usize = 16;

/// A pool that hands out connections.
#[derive(Debug)]
pub struct Pool<C> {
    idle: Mutex<VecDeque<C>>,
    max: usize,
}

pub trait Connect {
    type Error;
    fn connect(&self) -> Result<Self, Self::Error>
    where
        Self: Sized;

    fn ping(&self) -> bool {
        let alive = true;
        alive
    }
}

impl<C: Connect> Pool<C> {
    /// Makes an empty pool.
    pub fn new(max: usize) -> Self {
        Pool { idle: Mutex::new(VecDeque::new()), max }
    }

    #[inline]
    pub async fn take(&self) -> Option<C> {
        let mut idle = self.idle.lock().unwrap();
        idle.pop_front()
    }
}

impl<C> Drop for Pool<C> {
    fn drop(&mut self) {
        self.idle.lock().unwrap().clear();
    }
}

pub enum State {
    Open { since: u64 },
    Closed,
}

macro_rules! retry {
    ($e:expr) => {
        loop { if let Ok(v) = $e { break v; } }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_pool_gives_nothing() {
        let pool: Pool<()> = Pool::new(MAX);
        assert!(pool.idle.lock().unwrap().is_empty());
    }
}
