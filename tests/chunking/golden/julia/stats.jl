module Stats

using LinearAlgebra

export mean, Summary

const EPS = 1e-9

"""
    mean(xs)

The arithmetic mean.
"""
function mean(xs::AbstractVector)
    isempty(xs) && throw(ArgumentError("no values"))
    return sum(xs) / length(xs)
end

abstract type Estimate end

struct Summary <: Estimate
    count::Int
    mean::Float64
end

variance(xs) = sum((xs .- mean(xs)) .^ 2) / length(xs)

macro timed(expression)
    quote
        @elapsed $(esc(expression))
    end
end

end
