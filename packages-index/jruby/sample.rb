# What is run once at install time: the classes that it loads are kept in an archive, ready for use.
require "json"
require "set"

module Loud
  def loud = to_s.upcase
end

class Square
  include Comparable
  include Loud
  attr_reader :side

  def initialize(side)
    @side = side
  end

  def <=>(other) = side <=> other.side
end

counts = Hash.new(0)
"a b a".split.each { |word| counts[word] += 1 }
puts [Square.new(2), Square.new(1)].min.side, JSON.generate(counts), Set[1, 2].sum, format("%05.2f", 2.5)
puts (1..10).select(&:even?).map { |n| n**2 }.inspect, "abc"[/b./], :six.to_proc.call("x".method(:size).receiver) rescue puts $!.message
$stdin.each_line { |line| puts line.chomp }
