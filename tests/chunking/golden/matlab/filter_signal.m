function y = filter_signal(x, width)
% FILTER_SIGNAL Moving average of a signal.
    kernel = ones(1, width) / width;
    y = conv(x, kernel, 'same');
end

function check(x)
    if isempty(x)
        error('empty signal');
    end
end
