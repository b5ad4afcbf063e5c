{-# LANGUAGE LambdaCase #-}
module Data.Tree.Search
  ( Tree (..)
  , insert
  ) where

import qualified Data.Map as Map

-- | A binary search tree.
data Tree a
  = Leaf
  | Node (Tree a) a (Tree a)
  deriving (Show, Eq)

newtype Depth = Depth Int

type Forest a = [Tree a]

-- | Inserts a value; equal values are kept once.
insert :: Ord a => a -> Tree a -> Tree a
insert x Leaf = Node Leaf x Leaf
insert x t@(Node l y r)
  | x < y = Node (insert x l) y r
  | x > y = Node l y (insert x r)
  | otherwise = t

depth :: Tree a -> Int
depth Leaf = 0
depth (Node l _ r) = 1 + max (depth l) (depth r)

class Container f where
  empty :: f a
  toList :: f a -> [a]

instance Container Tree where
  empty = Leaf
  toList Leaf = []
  toList (Node l x r) =
    toList l ++ [x] ++ toList r

main :: IO ()
main = print (depth (insert 1 Leaf))
